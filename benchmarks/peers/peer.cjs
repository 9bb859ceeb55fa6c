// The ajv peer of benchmarks/validate.py: node peer.cjs FOLDER_WITH_AJV SCHEMA CORPUS COUNT
const fs = require("node:fs");
const path = require("node:path");
const [folder, schemaFile, corpus, count] = process.argv.slice(2);
const Ajv = require(path.join(folder, "node_modules", "ajv")).default;

const isValid = new Ajv({ strict: false }).compile(JSON.parse(fs.readFileSync(schemaFile, "utf8")));
const block = Buffer.allocUnsafe(1 << 18);
const file = fs.openSync(corpus);
let rest = Buffer.alloc(0);
let left = Number(count);
let accepted = 0;
while (left > 0) {
  const size = fs.readSync(file, block);
  if (size === 0) break;
  const data = Buffer.concat([rest, block.subarray(0, size)]);
  let start = 0;
  for (let end = data.indexOf(10, start); end >= 0 && left > 0; end = data.indexOf(10, start)) {
    if (isValid(JSON.parse(data.toString("utf8", start, end)))) accepted += 1;
    left -= 1;
    start = end + 1;
  }
  rest = data.subarray(start);
}
console.log(JSON.stringify({ accepted }));
