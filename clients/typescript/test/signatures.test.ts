import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { readRevalidation, verifySignature } from "@tandem/client";

const KEY = Buffer.from("a secret of two, and no more than two");
const secret = `whsec_${KEY.toString("base64")}`;
const body = '{"tags": ["session:1", "user:2"]}';

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function signed(text: string, key: Buffer = KEY, at: number = now()): Headers {
  const mac = createHmac("sha256", key).update(`msg_1.${at}.${text}`).digest("base64");
  return new Headers({ "webhook-id": "msg_1", "webhook-timestamp": String(at), "webhook-signature": `v1,${mac}` });
}

test("a signature of whoever knows the secret", async () => {
  assert.ok(await verifySignature(signed(body), body, { secret }));
  const plain = "any other text";
  assert.ok(await verifySignature(signed(body, Buffer.from(plain)), body, { secret: plain }));
});

test("one right signature of several is enough", async () => {
  const headers = signed(body);
  headers.set("webhook-signature", `v1,AAAA v1a,x v1,%% ${headers.get("webhook-signature")}`);
  assert.ok(await verifySignature(headers, body, { secret }));
});

test("another secret, another body, another id, another time", async () => {
  assert.ok(!(await verifySignature(signed(body, Buffer.from("other")), body, { secret })));
  assert.ok(!(await verifySignature(signed(body), `${body} `, { secret })));
  for (const [name, value] of [
    ["webhook-id", "msg_2"],
    ["webhook-timestamp", String(now() - 1)],
  ] as const) {
    const headers = signed(body);
    headers.set(name, value);
    assert.ok(!(await verifySignature(headers, body, { secret })), name);
  }
});

test("a header that is missing or means nothing", async () => {
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    const headers = signed(body);
    headers.delete(name);
    assert.ok(!(await verifySignature(headers, body, { secret })), name);
  }
  const headers = signed(body);
  headers.set("webhook-timestamp", "now");
  assert.ok(!(await verifySignature(headers, body, { secret })));
});

test("a signature is good for a while only", async () => {
  for (const away of [-301, 301]) {
    const at = now() + away + Math.sign(away);
    assert.ok(!(await verifySignature(signed(body, KEY, at), body, { secret })), String(away));
    assert.ok(await verifySignature(signed(body, KEY, at), body, { secret, toleranceSeconds: 400 }), String(away));
  }
});

test("a secret that cannot be one is a mistake to be told", async () => {
  for (const wrong of ["", "whsec_", "whsec_%"]) {
    await assert.rejects(verifySignature(signed(body), body, { secret: wrong }), TypeError);
  }
});

test("tags of a revalidation request", async () => {
  const read = (text: string, headers: Headers) =>
    readRevalidation(new Request("http://app/api/revalidate", { method: "POST", body: text, headers }), { secret });
  assert.deepEqual(await read(body, signed(body)), ["session:1", "user:2"]);
  assert.equal(await read(body, signed("something else")), null);
  for (const wrong of ["", "null", '{"tags": "session:1"}', '{"tags": [1]}', "[]"]) {
    assert.equal(await read(wrong, signed(wrong)), null, wrong);
  }
});
