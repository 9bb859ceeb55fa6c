// A client in Node without dependencies, as an adapter.
// Install: Node 18 or newer, nothing else
// Run:     apps-contract judge --adapter 'node adapter.mjs'
import { createInterface } from "node:readline";
import { AppsClient, AppsError } from "./client.mjs";

let client = null;
const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");

async function run(client, request) {
  switch (request.op) {
    case "list": return client.list();
    case "create": return client.create(request.body);
    case "get": return client.get(request.app_id);
    case "update": return client.update(request.app_id, request.body, request.mask);
    case "delete": return client.delete(request.app_id);
  }
  throw new Error(`no operation ${request.op}`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.op === "configure") {
    client?.close();
    client = new AppsClient(request);
    say({ id: request.id, ok: true, result: null });
  } else if (request.op === "exit") {
    process.stdout.write(JSON.stringify({ id: request.id, ok: true, result: null }) + "\n", () => process.exit(0));
  } else {
    run(client, request).then(
      (result) => say({ id: request.id, ok: true, result }),
      (error) => {
        const kind = error instanceof AppsError ? error.kind : "crash";
        say({ id: request.id, ok: false, error: { kind, status: error.status ?? null, message: error.message } });
      },
    );
  }
}
