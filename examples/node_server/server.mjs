// An Apps server in plain Node that keeps its apps in memory, with three mistakes that services in Node often make.
// `node server.mjs 8080` starts it, `node server.mjs 8080 --mended` without the mistakes.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

import { keeps } from "./schema.mjs";

const { APPS_PROJECT = "p", APPS_KEY_ID = "k", APPS_KEY_SECRET = "s" } = process.env;
const AUTHORIZATION = `Basic ${Buffer.from(`${APPS_KEY_ID}:${APPS_KEY_SECRET}`).toString("base64")}`;
const PATH = new RegExp(`^/v1/projects/${APPS_PROJECT}/apps(?:/([^/]+))?$`);
// apps-contract schema bundle create --output create.json, and the same with update
const [CREATE, UPDATE] = ["create", "update"].map((name) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8")),
);

const DEFAULTS = {
  conversation_metadata_report_view: "NONE",
  processing_mode: "CONVERSATION",
  retention_policy: { retention_type: "MESSAGE_EXPIRE_POLICY", ttl_days: 180 },
  dispatch_retention_policy: { retention_type: "MESSAGE_EXPIRE_POLICY", ttl_days: 0 },
};

// What lodash's merge does: arrays are merged place by place.
function deepMerge(old, sent) {
  if (typeof sent !== "object" || typeof old !== "object") return sent;
  const merged = Array.isArray(sent) ? [...old] : { ...old };
  for (const [key, value] of Object.entries(sent)) merged[key] = deepMerge(merged[key], value);
  return merged;
}

export function service({ mended = false } = {}) {
  const apps = new Map();

  const failed = (status, message, headers = {}) =>
    mended
      ? { status, headers, body: { code: status, message, status: "ERROR" } }
      : { status, headers: { ...headers, "Content-Type": "text/html" }, page: `<pre>${message}</pre>` }; // SRV-SHAPE-3

  const updated = (app, sent) => (mended ? { ...app, ...sent } : deepMerge(app, sent)); // SRV-STATE-6

  const named = (body) => (mended ? body : { ...body, display_name: body.display_name.normalize().trim() }); // SRV-STATE-12

  function answer({ method, headers }, url, text) {
    const [path, id] = PATH.exec(url.pathname) ?? [];
    if (headers.authorization !== AUTHORIZATION) return failed(401, "who are you?", { "WWW-Authenticate": "Basic" });
    if (!path || (id && !apps.has(id))) return failed(404, "no such app");
    if (method === "GET") return { status: 200, body: id ? apps.get(id) : { apps: [...apps.values()] } };
    if (method === "DELETE" && id) {
      apps.delete(id);
      return { status: 200, body: {} };
    }
    if (method !== (id ? "PATCH" : "POST")) return failed(405, "no such method");
    if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) return failed(415, "send JSON");
    const body = JSON.parse(text); // a body that is no JSON is caught below
    if (!keeps(id ? UPDATE : CREATE, body)) return failed(400, "the body does not keep to the schema");
    const mask = (url.searchParams.get("update_mask") ?? "").split(",").filter(Boolean);
    if (!mask.every((name) => Object.hasOwn(UPDATE.properties, name))) return failed(400, "no such member");
    const sent = Object.entries(named(body))
      .filter(([name]) => !id || !mask.length || mask.includes(name))
      .map(([name, value]) => [name, name.endsWith("_policy") ? { ...DEFAULTS[name], ...value } : value]);
    const app = updated(apps.get(id) ?? { ...DEFAULTS, id: randomUUID() }, Object.fromEntries(sent));
    apps.set(app.id, app);
    return { status: 200, body: app };
  }

  return createServer(async (request, response) => {
    let said;
    try {
      const chunks = await request.toArray();
      const url = new URL(request.url, "http://localhost");
      said = answer(request, url, new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
    } catch {
      said = failed(400, "the request cannot be read"); // what is thrown here and not caught ends the process
    }
    response.writeHead(said.status, { "Content-Type": "application/json", ...said.headers });
    response.end(said.page ?? JSON.stringify(said.body));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const server = service({ mended: process.argv.includes("--mended") });
  server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () =>
    console.log(`listening on http://127.0.0.1:${server.address().port}`),
  );
}
