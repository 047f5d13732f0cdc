"""Verifies an SD-JWT with the Python reference implementation (PyPI `sd-jwt`), which shares no code with titre.

Usage: verify_sdjwt.py TOKEN_FILE PUBLIC_KEY_PEM [AUDIENCE NONCE]
With audience and nonce, the holder's proof of possession is verified too.
Prints the disclosed claims as JSON and ends with 0, or prints the refusal and ends with 1.
"""

import base64
import hashlib
import json
import sys

from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier


def main() -> int:
    token_file, key_file = sys.argv[1:3]
    audience, nonce = sys.argv[3:5] if len(sys.argv) > 3 else (None, None)
    with open(token_file, encoding="ascii") as file:
        token = file.read().strip()
    with open(key_file, "rb") as file:
        key = JWK.from_pem(file.read())

    def issuer_key(_issuer, header):
        if header.get("typ") != "dc+sd-jwt" or header.get("alg") != "ES256":
            raise ValueError(f"unexpected header: {header.get('typ')}, {header.get('alg')}")
        return key

    try:
        claims = SDJWTVerifier(token, issuer_key, audience, nonce).get_verified_payload()
    except Exception as error:  # noqa: BLE001  the library raises many types; each is a refusal
        print(f"refused: {type(error).__name__}: {error}")
        return 1
    # The library ignores a disclosure that nothing refers to; RFC 9901 section 7.1 step 5 asks to refuse it.
    if unreferenced(token):
        print("refused: a disclosure is not referenced")
        return 1
    print(json.dumps(claims, sort_keys=True))
    return 0


def unreferenced(token: str) -> bool:
    """Whether some disclosure's digest stands neither in the payload nor in another disclosure (hashlib alone)."""

    def decode(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    def digest(text: str) -> bytes:
        return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")

    jwt, *disclosures = token.split("~")[:-1]
    places = [decode(jwt.split(".")[1])] + [decode(each) for each in disclosures]
    return not all(any(digest(each) in place for place in places) for each in disclosures)


if __name__ == "__main__":
    sys.exit(main())
