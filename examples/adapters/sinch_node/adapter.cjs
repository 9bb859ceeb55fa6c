// The vendor's Node SDK as an adapter.
// Install: npm install @sinch/sdk-core@1.4.0
// Run:     apps-contract judge --edition 2026 --adapter 'node adapter.cjs'
// The SDK has no Basic for this API and no overall time-out: `auth: "basic"` is answered unsupported, `timeout` is not used.
const { createInterface } = require("node:readline");
const { SinchClient } = require("@sinch/sdk-core");

// The SDK logs to the console, some of it to standard output, which belongs to the protocol here.
for (const name of ["debug", "info", "log"]) console[name] = console.error;

let apps = null;
const say = (answer, done) => process.stdout.write(JSON.stringify(answer) + "\n", done);

function configure(request) {
  if (request.auth !== "oauth2") return { kind: "unsupported", message: "the SDK calls this API with OAuth 2.0 only" };
  const client = new SinchClient({
    projectId: request.project_id,
    keyId: request.key_id,
    keySecret: request.key_secret,
    authHostname: request.token_url.replace(/\/oauth2\/token$/, ""),
    conversationHostname: request.base_url,
  });
  apps = client.conversation.app;
  return null;
}

async function run(request) {
  switch (request.op) {
    case "list": return apps.list({});
    case "create": return apps.create({ appCreateRequestBody: request.body });
    case "get": return apps.get({ app_id: request.app_id });
    case "update": {
      const data = { app_id: request.app_id, appUpdateRequestBody: request.body };
      // The SDK's type for update_mask is an array of names.
      if (request.mask !== undefined) data.update_mask = request.mask;
      return apps.update(data);
    }
    case "delete": {
      await apps.delete({ app_id: request.app_id });
      return null;
    }
  }
  throw new Error(`no operation ${request.op}`);
}

// What the SDK throws: RequestFailedError with statusCode, ResponseJSONParseError, GenericError around failures to fetch.
function described(error) {
  let message = error.message;
  if (error.constructor.name === "ResponseJSONParseError") {
    return error.statusCode >= 400
      ? { kind: "http", status: error.statusCode, message }
      : { kind: "decode", status: null, message };
  }
  // The server's own message stands in `data`, which a caller can read.
  if (error.data) message = `${message}\n${error.data}`;
  if (typeof error.statusCode === "number" && error.statusCode > 0) return { kind: "http", status: error.statusCode, message };
  if (error instanceof TypeError || error instanceof ReferenceError) return { kind: "crash", status: null, message };
  return { kind: "transport", status: null, message };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const request = JSON.parse(line);
  if (request.op === "exit") return say({ id: request.id, ok: true, result: null }, () => process.exit(0));
  if (request.op === "configure") {
    const error = configure(request);
    return say(error ? { id: request.id, ok: false, error } : { id: request.id, ok: true, result: null });
  }
  run(request).then(
    (result) => say({ id: request.id, ok: true, result: result ?? null }),
    (error) => say({ id: request.id, ok: false, error: described(error) }),
  );
});
