"""Verifies a presentation of an mdoc with Python libraries that share no code with titre: PyPI `pymdoccbor` for what the
issuer signed (signature, chain, digests), `pycose` and `cbor2` for the signature of the holder's key.

Usage: verify_mdoc.py DEVICE_RESPONSE ROOT_PEM AUDIENCE NONCE
Prints document type and elements as JSON and ends with 0, or prints the refusal and ends with 1.
"""

import datetime
import hashlib
import json
import logging
import sys

import cbor2
from cryptography import x509
from pycose.keys import EC2Key
from pycose.messages import Sign1Message
from pymdoccbor.mdoc.verifier import MdocCbor

logging.disable(logging.CRITICAL)


def verify(response: bytes, root: x509.Certificate, audience: str, nonce: str) -> dict:
    mdoc = MdocCbor()
    mdoc.loads(response)
    if not mdoc.verify(trusted_root_certs=[root], verify_hashes=True) or len(mdoc.documents) != 1:
        raise ValueError(f"issuer data: {[getattr(each, 'hash_verification', each) for each in mdoc.documents_invalid]}")
    document = mdoc.documents[0]
    mso = document.issuersigned.issuer_auth.payload_as_dict
    if mso["docType"] != document.doctype:
        raise ValueError("another type than what is signed")
    # The library passes over a namespace without digests.
    if not set(document.issuersigned.namespaces) <= set(mso["valueDigests"]):
        raise ValueError("a namespace without digests")
    validity, now = mso["validityInfo"], datetime.datetime.now(datetime.timezone.utc)
    if not validity["validFrom"] <= now < validity["validUntil"]:
        raise ValueError("not valid now")
    verify_holder(document, mso, audience, nonce)
    return {
        "docType": document.doctype,
        "elements": {
            space: {name: plain(value) for name, value in claims.items()} for space, claims in mdoc.disclosure_map.items()
        },
    }


def verify_holder(document, mso: dict, audience: str, nonce: str) -> None:
    """The holder's signature over the session of OpenID4VP 1.0 appendix B.2.6.1."""
    info = cbor2.dumps([audience, nonce, None, audience])
    session = [None, None, ["OpenID4VPHandover", hashlib.sha256(info).digest()]]
    content = ["DeviceAuthentication", session, document.doctype, document.devicesigned["nameSpaces"]]
    signed = cbor2.dumps(cbor2.CBORTag(24, cbor2.dumps(content)))
    protected, unprotected, payload, signature = document.devicesigned["deviceAuth"]["deviceSignature"]
    if payload is not None:
        raise ValueError("a payload in the holder's signature")
    message = Sign1Message.from_cose_obj([protected, dict(unprotected), signed, signature], True)
    key = mso["deviceKeyInfo"]["deviceKey"]
    message.key = EC2Key(crv=key[-1], x=key[-2], y=key[-3])
    if not message.verify_signature():
        raise ValueError("the holder's signature does not verify")


def plain(value):
    if isinstance(value, (datetime.date, cbor2.CBORTag)):
        return str(getattr(value, "value", value))
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def main() -> int:
    response_file, root_file, audience, nonce = sys.argv[1:5]
    with open(response_file, "rb") as file:
        response = file.read()
    with open(root_file, "rb") as file:
        root = x509.load_pem_x509_certificate(file.read())
    try:
        found = verify(response, root, audience, nonce)
    except Exception as error:  # noqa: BLE001  the libraries raise many types; each is a refusal
        print(f"refused: {type(error).__name__}: {error}")
        return 1
    print(json.dumps(found, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
