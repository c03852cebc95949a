"""The other side of block_interop_test.cc: jwcrypto, which shares no code with Whorl.

  block_interop.py make FOLDER    makes keys, and bodies that Whorl is to open: body-N.json, each of which is clear.json
  block_interop.py check FOLDER   opens answer.json, which Whorl made of clear.json; the exit status says whether it did
"""

import base64
import copy
import hashlib
import json
import os
import pathlib
import sys

from jwcrypto import jwe, jwk, jws

ALGORITHMS = ["ECDH-ES", "RSA-OAEP-256", "A256GCM", "A256CBC-HS512"]
CLEAR = {
    "encounterId": "visit-1",
    "biographicData": {"name": "Anna \u20ac", "visits": [3, 1.5, None, True], "\U0001f600": 1, "\ufb33": 2},
    "biometricData": [
        {"biometricType": "FINGER", "biometricSubType": "RIGHT_INDEX", "image": "AAECAwQF", "resolution": 500},
        {"biometricType": "FINGER", "biometricSubType": "LEFT_INDEX", "image": "/+8=", "resolution": 500},
    ],
}
SCOPE = "$.encounterId $.biographicData $.biometricData[*]"


def canonical(value):
    """RFC 8785 of what the bodies here hold."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(json.dumps(n, ensure_ascii=False) + ":" + canonical(value[n]) for n in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def encrypted(key, algorithm, cipher, plain):
    header = {"alg": algorithm, "enc": cipher, "kid": key["kid"]}
    token = jwe.JWE(plain, json.dumps(header), algs=ALGORITHMS)
    token.add_recipient(key)
    return token.serialize(compact=True)


def signed(key, algorithm, text, detached):
    token = jws.JWS(text.encode())
    token.add_signature(key, None, json.dumps({"alg": algorithm, "kid": key["kid"], "iat": 1}))
    if detached:
        token.detach_payload()
    return token.serialize(compact=True)


def make(folder):
    os.umask(0o077)
    own = jwk.JWK.generate(kty="EC", crv="P-256", kid="own-p256")
    own_rsa = jwk.JWK.generate(kty="RSA", size=2048, kid="own-rsa", use="enc", alg="RSA-OAEP-256")
    signers = [
        (jwk.JWK.generate(kty="OKP", crv="Ed25519", kid="ed"), "EdDSA"),
        (jwk.JWK.generate(kty="EC", crv="P-256", kid="ec"), "ES256"),
        (jwk.JWK.generate(kty="RSA", size=2048, kid="rs"), "RS256"),
    ]
    theirs = jwk.JWK.generate(kty="EC", crv="P-256", kid="theirs")
    (folder / "own-p256.jwk").write_text(own.export())
    (folder / "own-rsa.jwk").write_text(own_rsa.export())
    (folder / "theirs-private.jwk").write_text(theirs.export())
    (folder / "theirs.jwk").write_text(theirs.export_public())
    (folder / "signers.jwks").write_text(
        json.dumps({"keys": [json.loads(key.export_public()) for key, _ in signers]}))
    (folder / "clear.json").write_text(json.dumps(CLEAR))
    number = 0
    for key, algorithm in ((own, "ECDH-ES"), (own_rsa, "RSA-OAEP-256")):
        for cipher in ("A256GCM", "A256CBC-HS512"):
            for signer, by in signers:
                body = copy.deepcopy(CLEAR)
                digest = hashlib.sha384(canonical(CLEAR).encode()).digest()
                written = base64.b64encode(digest).decode() if number % 2 else digest.hex()
                body["integrity"] = [{
                    "type": "JWS", "scope": SCOPE, "alg": "SHA384", "hash": written,
                    "signature": signed(signer, by, written, number % 3 != 0)}]
                for item in body["biometricData"]:
                    item["image"] = encrypted(key, algorithm, cipher, base64.b64decode(item["image"]))
                plain = json.dumps(CLEAR["biographicData"]).encode()
                body["biographicData"] = encrypted(key, algorithm, cipher, plain)
                body["encryption"] = {"type": "JWE", "scope": "$.biographicData $.biometricData[*].image"}
                (folder / f"body-{number}.json").write_text(json.dumps(body))
                number += 1


def decrypted(key, text):
    token = jwe.JWE(algs=ALGORITHMS)
    token.deserialize(text, key)
    return token.payload


def check(folder):
    answer = json.loads((folder / "answer.json").read_text())
    key = jwk.JWK.from_json((folder / "theirs-private.jwk").read_text())
    node = jwk.JWK.from_json((folder / "node.jwk").read_text())
    assert answer.pop("encryption") == {"type": "JWE", "scope": "$.biographicData $.biometricData[*].image"}
    answer["biographicData"] = json.loads(decrypted(key, answer["biographicData"]))
    for item in answer["biometricData"]:
        item["image"] = base64.b64encode(decrypted(key, item["image"])).decode()
    (block,) = answer.pop("integrity")
    assert answer == json.loads((folder / "clear.json").read_text())
    assert block["scope"].split() == ["$." + name for name in answer]
    assert block["hash"] == base64.b64encode(hashlib.sha256(canonical(answer).encode()).digest()).decode()
    token = jws.JWS()
    header, _, signature = block["signature"].split(".")
    payload = base64.urlsafe_b64encode(block["hash"].encode()).rstrip(b"=").decode()
    token.deserialize(f"{header}.{payload}.{signature}", node)


{"make": make, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
