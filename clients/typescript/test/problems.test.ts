import assert from "node:assert/strict";
import { test } from "node:test";

import { createTandemClient, isTandemProblem, type Schemas, TandemProblem, unwrap } from "@tandem/client";

import { problem, scriptedServer } from "./server.js";

const server = scriptedServer();

function client() {
  return createTandemClient({ baseUrl: server.url, retry: false });
}

async function thrownBy(call: Promise<unknown>): Promise<TandemProblem> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof TandemProblem);
    return error;
  }
  throw new assert.AssertionError({ message: "nothing was thrown" });
}

async function me(): Promise<Schemas["ProfileView"]> {
  return unwrap(await client().GET("/api/me"));
}

test("data comes out as it is", async () => {
  server.will({ status: 200, json: { display_name: "Ada" } });
  assert.equal((await me()).display_name, "Ada");
});

test("nothing comes out of an answer without a body", async () => {
  server.will({ status: 204 });
  const path = { plan_id: "0b5e7a54-7a3c-4b43-9a2b-52c8a1f4f0aa" };
  assert.equal(unwrap(await client().DELETE("/api/plans/{plan_id}", { params: { path } })), undefined);
});

test("a problem is thrown with all that it says", async () => {
  const errors = [{ loc: ["body", "notes"], msg: "too long", type: "string_too_long" }];
  const { json } = problem(422, "invalid_request", { errors, request_id: "abc", both_confirmed: true }) as { json: object };
  server.will({ status: 422, json, headers: { "Content-Type": "application/problem+json", "Retry-After": "2" } });
  const thrown = await thrownBy(me());
  assert.equal(thrown.status, 422);
  assert.equal(thrown.code, "invalid_request");
  assert.equal(thrown.message, "About invalid_request");
  assert.deepEqual(thrown.errors, errors);
  assert.equal(thrown.requestId, "abc");
  assert.equal(thrown.retryAfterMs, 2000);
  assert.equal(thrown.body.both_confirmed, true);
});

test("a problem is known by its code", async () => {
  server.will(problem(412, "stale_version"));
  const thrown = await thrownBy(me());
  assert.ok(isTandemProblem(thrown));
  assert.ok(isTandemProblem(thrown, "stale_version"));
  assert.ok(!isTandemProblem(thrown, "session_not_found"));
  assert.ok(!isTandemProblem(new TypeError("fetch failed")));
  assert.deepEqual([thrown.errors, thrown.retryAfterMs], [[], undefined]);
});

test("an answer of somebody else's is a problem too", async () => {
  for (const text of ["<html>Bad Gateway</html>", "", '"text"', "null", '{"code": 1, "detail": "x"}']) {
    server.will({ status: 502, text, headers: { "X-Request-ID": "def" } });
    const thrown = await thrownBy(me());
    assert.equal(thrown.code, "unexpected_response");
    assert.equal(thrown.status, 502);
    assert.equal(thrown.message, "Bad Gateway, without a problem document");
    assert.equal(thrown.requestId, "def");
  }
});
