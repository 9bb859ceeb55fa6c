// A client of the Apps endpoints that keeps contract section 7, without dependencies.
import http from "node:http";
import https from "node:https";

const RETRIED = new Set([429, 500, 501, 503]);
const READ_ONLY = new Set(["id", "rate_limits", "queue_stats", "persist_message_status", "message_search"]);
const READ_ONLY_IN_ENTRY = new Set(["state", "channel_known_id"]);
const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 100;
const LONGEST_RETRY_AFTER_MS = 5000;

export class AppsError extends Error {
  constructor(kind, message, status = null) {
    super(message);
    this.kind = kind;
    this.status = status;
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export class AppsClient {
  constructor(settings) {
    this.settings = settings;
    this.basic = "Basic " + Buffer.from(`${settings.key_id}:${settings.key_secret}`).toString("base64");
    this.agents = { "http:": new http.Agent({ keepAlive: true }), "https:": new https.Agent({ keepAlive: true }) };
    this.token = null; // a promise, so that parallel calls wait for the same token
  }

  async list() {
    const found = this.object(await this.call("GET", this.path()));
    if (found.apps != null && !Array.isArray(found.apps)) throw new AppsError("decode", "the answer holds no list of apps");
    return { ...found, apps: found.apps ?? [] };
  }

  async create(body) {
    return this.object(await this.call("POST", this.path(), this.writable(body)));
  }

  async get(appId) {
    return this.object(await this.call("GET", this.path(appId)));
  }

  async update(appId, body, mask) {
    return this.object(await this.call("PATCH", this.path(appId) + this.query(mask), this.writable(body)));
  }

  async delete(appId) {
    await this.call("DELETE", this.path(appId));
    return null;
  }

  close() {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  path(appId) {
    const project = `/v1/projects/${this.segment(this.settings.project_id)}/apps`;
    return appId === undefined ? project : `${project}/${this.segment(appId)}`;
  }

  segment(id) {
    // Dots alone would be taken for the path's own.
    if (["", ".", ".."].includes(id)) throw new AppsError("refused", `${JSON.stringify(id)} cannot be an id`);
    return encodeURIComponent(id).replace(/[!'()*]/g, (one) => "%" + one.charCodeAt(0).toString(16).toUpperCase());
  }

  query(mask) {
    if (mask === undefined) return "";
    const names = mask.map(encodeURIComponent);
    if (this.settings.edition === "2021") return "?" + names.map((name) => `update_mask.paths=${name}`).join("&");
    return "?update_mask=" + names.join(",");
  }

  // An app from get can be sent back: what only the server makes is left out.
  writable(body) {
    const kept = Object.fromEntries(Object.entries(body).filter(([name, value]) => !READ_ONLY.has(name) && value !== null));
    if (Array.isArray(kept.channel_credentials)) {
      kept.channel_credentials = kept.channel_credentials.map((entry) =>
        Object.fromEntries(Object.entries(entry).filter(([name, value]) => !READ_ONLY_IN_ENTRY.has(name) && value !== null)),
      );
    }
    return kept;
  }

  async call(method, target, body) {
    const deadline = performance.now() + this.settings.timeout * 1000;
    const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    let tries = 0;
    let lost = 0;
    let renewed = false;
    for (;;) {
      const used = this.settings.auth === "basic" ? null : await this.currentToken(deadline);
      const headers = { Accept: "application/json", Authorization: used === null ? this.basic : `Bearer ${used}` };
      if (data !== undefined) headers["Content-Type"] = "application/json";
      let answer;
      try {
        answer = await this.exchange(method, this.settings.base_url + target, headers, data, deadline);
      } catch (error) {
        if (error.kind === "transport" && method === "GET" && ++lost === 1) continue;
        throw error;
      }
      if (answer.status === 401 && used !== null && !renewed) {
        renewed = true;
        await this.forget(used);
        continue;
      }
      tries += 1;
      const pause = this.pause(tries, answer);
      const mayRetry = RETRIED.has(answer.status) && tries < MOST_TRIES && pause !== null;
      if (!mayRetry || performance.now() + pause >= deadline) return this.checked(answer);
      await sleep(pause);
    }
  }

  pause(tries, answer) {
    const asked = this.retryAfter(answer.headers["retry-after"]);
    if (asked !== null) return asked <= LONGEST_RETRY_AFTER_MS ? asked : null;
    const ceiling = FIRST_PAUSE_MS * 2 ** (tries - 1);
    return ceiling / 2 + (Math.random() * ceiling) / 2;
  }

  retryAfter(value) {
    if (value === undefined) return null;
    if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
    const date = /^[A-Za-z]{3}, /.test(value) ? Date.parse(value) : NaN;
    return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
  }

  async currentToken(deadline) {
    if (this.token === null || this.expires <= performance.now()) {
      this.expires = Infinity;
      this.token = this.newToken(deadline).catch((error) => {
        this.token = null;
        throw error;
      });
    }
    return this.token;
  }

  async forget(used) {
    if (this.token !== null && (await this.token) === used) this.token = null;
  }

  async newToken(deadline) {
    const headers = {
      Accept: "application/json",
      Authorization: this.basic,
      "Content-Type": "application/x-www-form-urlencoded",
    };
    const body = Buffer.from("grant_type=client_credentials");
    const answer = await this.exchange("POST", this.settings.token_url, headers, body, deadline);
    if (answer.status !== 200) throw new AppsError("http", `no token was given (${answer.status})`, answer.status);
    const found = this.object(answer);
    if (typeof found.access_token !== "string") throw new AppsError("decode", "the answer holds no token");
    this.expires = performance.now() + (Number(found.expires_in) || 60) * 1000;
    return found.access_token;
  }

  // One exchange with a deadline for all of it, also for an answer that drips. Nothing is followed or sent twice.
  exchange(method, url, headers, body, deadline) {
    return new Promise((resolve, reject) => {
      const origin = new URL(url);
      const fail = (kind, message) => {
        clearTimeout(timer);
        request.destroy();
        reject(new AppsError(kind, message));
      };
      const path = url.slice(origin.origin.length); // as it was built: nothing is normalised
      const options = { method, path, headers: { ...headers }, agent: this.agents[origin.protocol] };
      if (body !== undefined) options.headers["Content-Length"] = body.length;
      const library = origin.protocol === "https:" ? https : http;
      const request = library.request(origin.origin, options, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", () => fail("transport", "the connection failed in the answer"));
        response.on("aborted", () => fail("transport", "the answer was cut"));
        response.on("end", () => {
          if (!response.complete) return fail("transport", "the answer was cut");
          clearTimeout(timer);
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) });
        });
      });
      const timer = setTimeout(
        () => fail("timeout", "no whole answer within the overall time-out"),
        Math.max(0, deadline - performance.now()),
      );
      request.on("error", () => fail("transport", "the connection failed"));
      request.end(body);
    });
  }

  checked(answer) {
    if (answer.status === 200) return answer;
    let message = "no message";
    try {
      const found = JSON.parse(answer.body.toString("utf8"));
      message = (isObject(found?.error) ? found.error : found)?.message ?? message;
    } catch {
      // The status alone has to do.
    }
    throw new AppsError("http", `the server answered ${answer.status}: ${message}`, answer.status);
  }

  object(answer) {
    let found;
    try {
      found = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(answer.body));
    } catch {
      throw new AppsError("decode", `the answer (${answer.status}, ${answer.body.length} bytes) is not JSON`);
    }
    if (!isObject(found)) throw new AppsError("decode", "the answer is no JSON object");
    return found;
  }
}
