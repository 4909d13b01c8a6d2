// Writes src/schema.d.ts out of the API description. With --check it writes nothing, and fails when it would.

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

import openapiTS, { astToString } from "openapi-typescript";

const DESCRIPTION = new URL("../../../docs/openapi.json", import.meta.url);
const SCHEMA = new URL("../src/schema.d.ts", import.meta.url);

const description = await readFile(DESCRIPTION);
const types = await openapiTS(JSON.parse(description.toString("utf8")), {
  // What has a default may be left out of a request; `required` alone tells what must be there.
  defaultNonNullable: false,
});
const written = `/**
 * Generated from docs/openapi.json by \`make client\`. Do not edit.
 * sha256 of docs/openapi.json: ${createHash("sha256").update(description).digest("hex")}
 */

${astToString(types)}`;

if (process.argv.includes("--check")) {
  const committed = await readFile(SCHEMA, "utf8").catch(() => "");
  if (committed !== written) {
    console.error("src/schema.d.ts is not what docs/openapi.json says: run `make client`, and commit it.");
    process.exit(1);
  }
} else {
  await writeFile(SCHEMA, written);
}
