// Verifies a presentation of an mdoc with a JavaScript library that shares no code with titre (npm `@auth0/mdl`): signature,
// chain, digests, validity, and the signature of the holder's key.
//
// Usage: TITRE_INTEROP_NODE=DIR node verify_mdoc.mjs DEVICE_RESPONSE ROOT_PEM AUDIENCE NONCE, where DIR holds node_modules.
// Prints document type and elements as JSON and ends with 0, or prints the refusal and ends with 1.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.env.TITRE_INTEROP_NODE, "x.js"));
const { Verifier, DataItem } = require("@auth0/mdl");
const { cborEncode } = require(path.join(path.dirname(require.resolve("@auth0/mdl")), "cbor"));

const [responseFile, rootFile, audience, nonce] = process.argv.slice(2);

// The session of OpenID4VP 1.0 appendix B.2.6.1, by the library's own encoder.
const info = createHash("sha256").update(cborEncode([audience, nonce, null, audience])).digest();
const session = cborEncode(DataItem.fromData([null, null, ["OpenID4VPHandover", info]]));

try {
  const verifier = new Verifier([readFileSync(rootFile, "utf8")]);
  const mdoc = await verifier.verify(readFileSync(responseFile), { encodedSessionTranscript: session });
  const [document] = mdoc.documents;
  const elements = {};
  for (const space of document.issuerSignedNameSpaces) {
    elements[space] = document.getIssuerNameSpace(space);
  }
  const plain = (_, value) => (value instanceof Map ? Object.fromEntries(value) : value);
  console.log(JSON.stringify({ docType: document.docType, elements }, plain));
} catch (error) {
  console.log(`refused: ${error.message}`);
  process.exit(1);
}
