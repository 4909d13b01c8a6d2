import assert from "node:assert/strict";
import { test } from "node:test";

import { createTandemClient, etagOf, ifMatch, ifNoneMatch, preferWait, tagsOf } from "@tandem/client";

import { scriptedServer } from "./server.js";

const ID = "0b5e7a54-7a3c-4b43-9a2b-52c8a1f4f0aa";
const session_id = ID;
const server = scriptedServer();
const ok = { status: 200, json: {} };

function header(name: string): string | string[] | undefined {
  return server.asked.at(-1)?.headers[name];
}

test("a token, a function that has one, or nobody", async () => {
  server.will(ok, ok, ok, ok);
  await createTandemClient({ baseUrl: server.url, token: "abc" }).GET("/api/me");
  assert.equal(header("authorization"), "Bearer abc");
  await createTandemClient({ baseUrl: server.url, getToken: async () => "def" }).GET("/api/me");
  assert.equal(header("authorization"), "Bearer def");
  await createTandemClient({ baseUrl: server.url, getToken: () => null }).GET("/api/me");
  assert.equal(header("authorization"), undefined);
  await createTandemClient({ baseUrl: server.url, token: "abc" }).GET("/api/me", {
    headers: { Authorization: "Bearer own" },
  });
  assert.equal(header("authorization"), "Bearer own");
});

test("the token is asked for anew at each call", async () => {
  server.will(ok, ok);
  const tokens = ["first", "second"];
  const client = createTandemClient({ baseUrl: server.url, getToken: () => tokens.shift() });
  await client.GET("/api/me");
  await client.GET("/api/me");
  assert.deepEqual(
    server.asked.map((asked) => asked.headers.authorization),
    ["Bearer first", "Bearer second"],
  );
});

test("headers of every request", async () => {
  server.will(ok);
  await createTandemClient({ baseUrl: server.url, headers: { "X-Test-User-ID": ID } }).GET("/api/me");
  assert.equal(header("x-test-user-id"), ID);
});

test("each request has an id of its own, or the caller's", async () => {
  server.will(ok, ok, ok);
  const client = createTandemClient({ baseUrl: server.url });
  await client.GET("/api/me");
  await client.GET("/api/me");
  const [first, second] = server.asked.map((asked) => asked.headers["x-request-id"]);
  assert.match(String(first), /^[0-9a-f]{32}$/);
  assert.notEqual(first, second);
  await client.GET("/api/me", { headers: { "X-Request-ID": "mine" } });
  assert.equal(header("x-request-id"), "mine");
});

test("what Next.js may cache is the same request every time: without an id", async () => {
  server.will(ok, ok);
  const client = createTandemClient({ baseUrl: server.url });
  await client.GET("/api/challenges", { next: { tags: ["challenges"] } });
  assert.equal(header("x-request-id"), undefined);
  await client.GET("/api/challenges", { cache: "force-cache" });
  assert.equal(header("x-request-id"), undefined);
});

test("each POST has an idempotency key of its own, or the caller's; nothing else has one", async () => {
  server.will(ok, ok, ok, ok, ok);
  const client = createTandemClient({ baseUrl: server.url });
  const params = { path: { session_id } };
  await client.POST("/api/session/{session_id}/check-in", { params });
  await client.POST("/api/session/{session_id}/check-in", { params });
  const [first, second] = server.asked.map((asked) => asked.headers["idempotency-key"]);
  assert.match(String(first), /^[0-9a-f]{32}$/);
  assert.notEqual(first, second);
  await client.POST("/api/session/{session_id}/check-in", { params, headers: { "Idempotency-Key": "mine" } });
  assert.equal(header("idempotency-key"), "mine");
  await client.PATCH("/api/session/{session_id}/notes", { params, body: { notes: "" } });
  assert.equal(header("idempotency-key"), undefined);
  await client.GET("/api/session/{session_id}", { params });
  assert.equal(header("idempotency-key"), undefined);
});

test("versions: read from a response, sent with a change and with a read", async () => {
  server.will({ ...ok, headers: { ETag: '"v1"' } }, ok, { status: 304 });
  const client = createTandemClient({ baseUrl: server.url });
  const params = { path: { session_id } };
  const etag = etagOf((await client.GET("/api/session/{session_id}", { params })).response);
  assert.equal(etag, '"v1"');
  await client.PATCH("/api/session/{session_id}/notes", { params, headers: ifMatch(etag), body: { notes: "" } });
  assert.equal(header("if-match"), '"v1"');
  const again = await client.GET("/api/session/{session_id}", { params, headers: ifNoneMatch(etag) });
  assert.equal(header("if-none-match"), '"v1"');
  assert.equal(again.response.status, 304);
  assert.deepEqual([ifMatch(undefined), ifNoneMatch(undefined)], [{}, {}]);
});

test("how long a confirmation may wait", async () => {
  server.will(ok);
  const params = { path: { session_id } };
  await createTandemClient({ baseUrl: server.url }).POST("/api/session/{session_id}/confirm", {
    params,
    headers: preferWait(5),
  });
  assert.equal(header("prefer"), "wait=5");
  for (const seconds of [-1, 11, 0.5, Number.NaN]) assert.throws(() => preferWait(seconds), RangeError);
});

test("tags of a response", () => {
  const tagged = (value: string) => tagsOf(new Response(null, { headers: { "Cache-Tag": value } }));
  assert.deepEqual(tagged("session:1, user:2,user:3"), ["session:1", "user:2", "user:3"]);
  assert.deepEqual(tagged("challenges"), ["challenges"]);
  assert.deepEqual(tagsOf(new Response()), []);
});

test("paths, parameters and bodies are checked when compiling", () => {
  const client = createTandemClient({ baseUrl: server.url });
  const never = () => [
    // @ts-expect-error: there is no such path
    client.GET("/api/nothing"),
    // @ts-expect-error: the path has a parameter
    client.GET("/api/session/{session_id}"),
    // @ts-expect-error: notes are text
    client.PATCH("/api/session/{session_id}/notes", { params: { path: { session_id } }, body: { notes: 1 } }),
    // @ts-expect-error: a token or a function, not both
    createTandemClient({ baseUrl: "", token: "abc", getToken: () => "def" }),
  ];
  assert.equal(typeof never, "function");
});
