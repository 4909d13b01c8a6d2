import assert from "node:assert/strict";
import { test } from "node:test";

import { createTandemClient } from "@tandem/client";

import { type Answer, problem, scriptedServer } from "./server.js";

const params = { path: { session_id: "0b5e7a54-7a3c-4b43-9a2b-52c8a1f4f0aa" } };
const server = scriptedServer();
const ok = { status: 200, json: { success: true } };
const away = problem(503, "unavailable");

function client(retry: { retries?: number; maxDelayMs?: number } = {}) {
  return createTandemClient({ baseUrl: server.url, token: "abc", retry: { baseDelayMs: 1, ...retry } });
}

for (const status of [502, 503, 504]) {
  test(`a read is tried again after ${status}`, async () => {
    server.will({ status }, { status }, ok);
    const { response } = await client().GET("/api/me");
    assert.equal(response.status, 200);
    assert.equal(server.asked.length, 3);
  });
}

test("a read is tried again when the network fails", async () => {
  server.will("drop the connection", "drop the connection", ok);
  const { response } = await client().GET("/api/me");
  assert.equal(response.status, 200);
  assert.equal(server.asked.length, 3);
});

test("a POST is tried again as the very same request", async () => {
  server.will("drop the connection", away, ok);
  const body = { confirmed_user_id: "1d2b9d77-0b0c-4a4e-8d55-5f3e1bb0c7c5" };
  const { data } = await client().POST("/api/session/{session_id}/confirm", { params, body });
  assert.equal(data?.success, true);
  assert.equal(server.asked.length, 3);
  const sent = server.asked.map(({ method, path, body, headers }) => {
    const { authorization } = headers;
    return { method, path, body, authorization, key: headers["idempotency-key"], id: headers["x-request-id"] };
  });
  assert.equal(sent[0]?.body, JSON.stringify(body));
  assert.ok(sent[0]?.key);
  assert.deepEqual(sent, [sent[0], sent[0], sent[0]]);
});

test("a POST whose first try is still at work is tried again", async () => {
  server.will("drop the connection", problem(409, "idempotency_in_progress"), ok);
  const { response } = await client().POST("/api/session/{session_id}/check-in", { params });
  assert.equal(response.status, 200);
  assert.equal(server.asked.length, 3);
});

test("another conflict is an answer", async () => {
  server.will(problem(409, "already_confirmed"), ok);
  const { error } = await client().POST("/api/session/{session_id}/confirm", { params });
  assert.equal(error?.code, "already_confirmed");
  assert.equal(server.asked.length, 1);
});

test("a change without a key is never tried again", async () => {
  const body = { notes: "" };
  server.will(away, ok);
  const { error } = await client().PATCH("/api/session/{session_id}/notes", { params, body });
  assert.equal(error?.code, "unavailable");
  assert.equal(server.asked.length, 1);
  server.will("drop the connection", ok);
  await assert.rejects(client().PATCH("/api/session/{session_id}/notes", { params, body }), TypeError);
  assert.equal(server.asked.length, 1);
});

for (const status of [400, 404, 429, 500]) {
  test(`${status} is an answer`, async () => {
    server.will(problem(status, "some_code"), ok);
    const { response } = await client().GET("/api/me");
    assert.equal(response.status, status);
    assert.equal(server.asked.length, 1);
  });
}

test("there is an end to it: the last answer, or the last failure", async () => {
  server.will(away, away, problem(503, "last"), ok);
  assert.equal((await client().GET("/api/me")).error?.code, "last");
  assert.equal(server.asked.length, 3);
  const dropped: Answer[] = Array.from({ length: 3 }, () => "drop the connection");
  server.will(...dropped, ok);
  await assert.rejects(client().GET("/api/me"), TypeError);
  assert.equal(server.asked.length, 3);
});

test("nothing is tried again when retrying is off", async () => {
  server.will(away, ok);
  const { error } = await createTandemClient({ baseUrl: server.url, retry: false }).GET("/api/me");
  assert.equal(error?.code, "unavailable");
  assert.equal(server.asked.length, 1);
});

test("a retry waits as long as Retry-After says", async () => {
  server.will({ status: 503, headers: { "Retry-After": "1" } }, ok);
  const started = performance.now();
  assert.equal((await client().GET("/api/me")).response.status, 200);
  // Timers may fire a millisecond early.
  assert.ok(performance.now() - started >= 990);
});

test("who asks for too long a pause is not waited for", async () => {
  for (const asked of ["60", new Date(Date.now() + 60_000).toUTCString()]) {
    server.will({ status: 503, headers: { "Retry-After": asked } }, ok);
    assert.equal((await client().GET("/api/me")).response.status, 503);
    assert.equal(server.asked.length, 1);
  }
});

test("an abort ends a request at once", async () => {
  server.will("say nothing", ok);
  const controller = new AbortController();
  const waiting = client().GET("/api/me", { signal: controller.signal });
  await server.nextRequest();
  controller.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  assert.equal(server.asked.length, 1);
});

test("an abort ends a pause at once", { timeout: 20_000 }, async () => {
  const controller = new AbortController();
  let asked = 0;
  const fetch = async () => {
    asked++;
    // The answer is there long before this: what is aborted is the pause of half a minute.
    setTimeout(() => controller.abort(), 50);
    return new Response(null, { status: 503, headers: { "Retry-After": "30" } });
  };
  const patient = createTandemClient({ baseUrl: server.url, fetch, retry: { maxDelayMs: 60_000 } });
  await assert.rejects(patient.GET("/api/me", { signal: controller.signal }), { name: "AbortError" });
  assert.equal(asked, 1);
});

test("Next.js sees its options at every try", async () => {
  const next = { tags: ["challenges"], revalidate: 300 };
  const seen: unknown[] = [];
  const fetch = async (request: Request) => {
    seen.push((request as { next?: unknown }).next);
    return new Response("{}", { status: seen.length < 3 ? 503 : 200 });
  };
  const retry = { baseDelayMs: 1 };
  await createTandemClient({ baseUrl: server.url, fetch, retry }).GET("/api/challenges", { next });
  assert.deepEqual(seen, [next, next, next]);
});
