/** Preloaded into a command: says on stderr where Node is asked for a name or a connection. */

const { isMainThread } = require("node:worker_threads");
const net = require("node:net");
const dns = require("node:dns");
const dgram = require("node:dgram");

const tell = (what) => process.stderr.write(`CONTACT ${what}${isMainThread ? "" : " in a thread"}\n`);

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  tell(`connect ${JSON.stringify(args[0])}`);
  return connect.apply(this, args);
};
const { createSocket } = dgram;
dgram.createSocket = (...args) => {
  tell("datagrams");
  return createSocket(...args);
};
for (const of of [dns, dns.promises])
  for (const name of Object.keys(of).filter((key) => /^(lookup|resolve)/.test(key) && typeof of[key] === "function")) {
    const original = of[name];
    of[name] = (...args) => {
      tell(`${name} ${args[0]}`);
      return original.apply(of, args);
    };
  }
require("node:module").syncBuiltinESMExports();
