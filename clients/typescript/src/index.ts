/**
 * A typed client for Tandem's API.
 *
 * @packageDocumentation
 */

export { createTandemClient, type Identity, type TandemClient, type TandemClientOptions } from "./client.js";
export { etagOf, ifMatch, ifNoneMatch, preferWait } from "./headers.js";
export { isTandemProblem, type Problem, type ProblemItem, TandemProblem, unwrap } from "./problems.js";
export type { RetryOptions } from "./retries.js";
export { readRevalidation, type SignatureOptions, verifySignature } from "./signatures.js";
export { cacheTags, tagsOf } from "./tags.js";

import type { components } from "./schema.js";

export type { components, operations, paths } from "./schema.js";

/** Every body by its name in the description: `Schemas["SessionView"]`. */
export type Schemas = components["schemas"];
