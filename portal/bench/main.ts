import { openBrowser } from "../testing/browser.ts";
import { makePictures } from "./pictures.ts";

const b = await openBrowser();
console.log(await makePictures(b));
await b.close();
