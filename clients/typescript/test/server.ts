// A real HTTP server that answers what a test has told it to, in order, and remembers what it was asked.

import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach } from "node:test";

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Answer =
  | { status: number; headers?: Record<string, string>; json?: unknown; text?: string }
  | "drop the connection"
  | "say nothing";

export class ScriptedServer {
  readonly asked: Asked[] = [];
  private answers: Answer[] = [];
  private heard: () => void = () => {};
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url: path = "", headers } = request;
        this.asked.push({ method, path, headers, body: Buffer.concat(chunks).toString("utf8") });
        this.heard();
        const answer = this.answers.shift() ?? { status: 500, text: "nothing more to answer" };
        if (answer === "drop the connection") {
          request.socket.destroy();
          return;
        }
        if (answer === "say nothing") return;
        const { status, headers: answered, json, text } = answer;
        const type = status < 400 ? "application/json" : "application/problem+json";
        response.writeHead(status, { ...(json !== undefined && { "Content-Type": type }), ...answered });
        response.end(json === undefined ? text : JSON.stringify(json));
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What to answer from now on. */
  will(...answers: Answer[]): void {
    this.answers = answers;
    this.asked.length = 0;
  }

  /** Settles when the next request has arrived. */
  nextRequest(): Promise<void> {
    return new Promise((resolve) => {
      this.heard = resolve;
    });
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** A server for the tests of one file. */
export function scriptedServer(): ScriptedServer {
  const server = new ScriptedServer();
  before(() => server.start());
  beforeEach(() => server.will());
  after(() => server.stop());
  return server;
}

/** A problem document as the gateway writes it. */
export function problem(status: number, code: string, more: Record<string, unknown> = {}): Answer {
  const json = { type: `urn:tandem:problem:${code}`, title: code, status, detail: `About ${code}`, code, ...more };
  return { status, json };
}
