import { z } from "zod";
import { fault } from "./fault.ts";
import { formed } from "./forms.ts";

/** zod's rule, which is narrower than that of each program that is given the address (Authentik's and Karakeep's are narrow). */
export const emailAddress = (what: string) =>
  formed(what, z.regexes.email, "not an e-mail address").max(254, {
    error: fault("longer than an e-mail address may be (254 characters)", `write ${what}`),
  });
