import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

import { service } from "./server.mjs"; // your own: an http.Server, or what app.listen(0) of a framework returns

test("keeps the Apps contract", async () => {
  const server = service({ mended: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  // Not spawnSync: the server has to answer while the suite runs.
  const suite = spawn("apps-contract", ["check", url, "-q"], { stdio: "inherit" });
  const [code] = await once(suite, "exit");
  server.close();
  assert.equal(code, 0, "reports/latest/report.html shows what is broken");
});
