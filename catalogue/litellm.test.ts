import { expect, test } from "vitest";
import { parse } from "yaml";
import { makePlan } from "../plan/make-plan.ts";
import { exampleSettings } from "../plan/testing.ts";
import { catalogue } from "./catalogue.ts";

function configuration(models: readonly string[]) {
  const { services } = exampleSettings();
  const { hub } = makePlan(exampleSettings({ services: { ...services, models } }), catalogue);
  return parse(String(hub.containers.find(({ name }) => name === "kite-litellm")?.files[0]?.content));
}

test("every model of the settings, under OpenRouter's own id, the first one as the way out of the others", () => {
  const { model_list, litellm_settings } = configuration(["a/one", "b/two:free"]);
  expect(model_list.map(({ model_name }: { model_name: string }) => model_name)).toEqual([
    "a/one",
    "b/two:free",
  ]);
  expect(model_list[1].litellm_params.model).toBe("openrouter/b/two:free");
  expect(litellm_settings.fallbacks).toEqual([{ "b/two:free": ["a/one"] }]);
});

test("the free models of both hosts share the account's 20 requests a minute; paid ones have no limit of ours", () => {
  const limits = (models: readonly string[]) =>
    configuration(models).model_list.map(
      ({ litellm_params }: { litellm_params: { rpm?: number } }) => litellm_params.rpm,
    );
  expect(limits(["openrouter/free", "b/two:free", "c/three:free", "d/paid"])).toEqual([3, 3, 3, undefined]);
  expect(limits(["openrouter/free"])).toEqual([10]);
  expect(limits(["d/paid"])).toEqual([undefined]);
});
