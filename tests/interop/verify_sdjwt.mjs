// Verifies an SD-JWT VC with a JavaScript library that shares no code with titre (npm `@sd-jwt/sd-jwt-vc`), its signatures with
// node's own cryptography.
//
// Usage: TITRE_INTEROP_NODE=DIR node verify_sdjwt.mjs TOKEN_FILE PUBLIC_KEY_PEM [NONCE], where DIR holds node_modules.
// With a nonce, the holder's proof of possession is verified too. Prints the claims as JSON and ends with 0, or prints the
// refusal and ends with 1.

import { createHash, createPublicKey, verify as ecdsa } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.env.TITRE_INTEROP_NODE, "x.js"));
const { SDJwtVcInstance } = require("@sd-jwt/sd-jwt-vc");

const [tokenFile, keyFile, nonce] = process.argv.slice(2);
const es256 = (key) => (data, signature) =>
  ecdsa("sha256", Buffer.from(data), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));

const instance = new SDJwtVcInstance({
  hasher: (data, algorithm) => createHash(algorithm.replace("-", "")).update(Buffer.from(data)).digest(),
  hashAlg: "sha-256",
  verifier: es256(createPublicKey(readFileSync(keyFile))),
  kbVerifier: (data, signature, payload) =>
    es256(createPublicKey({ key: payload.cnf.jwk, format: "jwk" }))(data, signature),
});

try {
  const token = readFileSync(tokenFile, "utf8").trim();
  const { payload } = await instance.verify(token, nonce ? { keyBindingNonce: nonce } : {});
  console.log(JSON.stringify(payload));
} catch (error) {
  console.log(`refused: ${error.message}`);
  process.exit(1);
}
