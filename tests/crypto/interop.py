"""The other side of interop_test.cc: jwcrypto and cryptography, which share no code with Whorl.

  interop.py make FILE     writes cases for Whorl to open
  interop.py check FILE    opens Whorl's cases; the exit status says whether all did

A case is a line: kind, key, text, content, with tabs between them. Keys are JWKs, "-" separates verifiers of notes; content
is base64url.
"""

import base64
import hashlib
import json
import struct
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwcrypto import jwe, jwk, jws

JWE_ALGORITHMS = ["ECDH-ES", "ECDH-ES+A256KW", "RSA-OAEP-256", "dir"]
CIPHERS = ["A256GCM", "A256CBC-HS512"]


def url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unurl(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(key, algorithm, payload, detached):
    token = jws.JWS(payload)
    token.add_signature(key, None, json.dumps({"alg": algorithm, "kid": "theirs", "typ": "x+jws"}))
    if detached:
        token.detach_payload()
    return token.serialize(compact=True)


def encrypted(key, algorithm, payload, cipher="A256GCM"):
    header = {"alg": algorithm, "enc": cipher, "kid": "theirs"}
    if algorithm.startswith("ECDH"):
        header.update(apu=url(b"a.test"), apv=url(b"b.test"))
    token = jwe.JWE(payload, json.dumps(header), algs=JWE_ALGORITHMS + CIPHERS)
    token.add_recipient(key)
    return token.serialize(compact=True)


def note_key(name, kind, public):
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + raw).digest()[:4]
    return key_id, f"{name}+{key_id.hex()}+{base64.b64encode(bytes([kind]) + raw).decode()}"


def note(text, name, kind, time):
    key = Ed25519PrivateKey.generate()
    key_id, verifier = note_key(name, kind, key.public_key())
    signature = key.sign(text) if kind == 1 else struct.pack(">Q", time) + key.sign(cosigned(text, time))
    line = "\u2014 " + name + " " + base64.b64encode(key_id + signature).decode() + "\n"
    return verifier, line.encode()


def cosigned(text, time):
    return b"cosignature/v1\ntime %d\n" % time + text


def make(out):
    payload = b"payload \x00\xff of theirs"
    keys = [
        (jwk.JWK.generate(kty="OKP", crv="Ed25519"), "EdDSA"),
        (jwk.JWK.generate(kty="EC", crv="P-256"), "ES256"),
        (jwk.JWK.generate(kty="RSA", size=2048), "RS256"),
        (jwk.JWK.generate(kty="RSA", size=3072, alg="PS256"), "PS256"),
    ]
    for key, algorithm in keys:
        for detached in (False, True):
            kind = "detached" if detached else "jws"
            yield kind, key.export_public(), signed(key, algorithm, payload, detached), url(payload)
    for key in (jwk.JWK.generate(kty="OKP", crv="X25519"), jwk.JWK.generate(kty="EC", crv="P-256")):
        for algorithm in ("ECDH-ES", "ECDH-ES+A256KW"):
            for cipher in CIPHERS:
                yield algorithm, key.export(), encrypted(key, algorithm, payload, cipher), url(payload)
    for size in (2048, 3072, 4096):
        key = jwk.JWK.generate(kty="RSA", size=size, alg="RSA-OAEP-256", use="enc")
        for cipher in CIPHERS:
            yield "RSA-OAEP-256", key.export(), encrypted(key, "RSA-OAEP-256", payload, cipher), url(payload)
    shared = jwk.JWK.generate(kty="oct", size=256)
    yield "dir", json.loads(shared.export())["k"], encrypted(shared, "dir", payload), url(payload)
    for key in (keys[0][0], keys[1][0], keys[2][0]):
        yield "thumbprint", key.export_public(), key.thumbprint(), ""
    text = b"a.test/audit/7\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    log, log_line = note(text, "a.test/audit/7", 1, 0)
    witness, witness_line = note(text, "w.test", 4, 1679315147)
    yield "checkpoint", log + "-" + witness, url(text + b"\n" + log_line + witness_line), "1679315147"


def check_note(verifiers, text):
    body, _, lines = text.rpartition(b"\n\n")
    body += b"\n"
    signatures = dict(line.decode().split(" ")[1:] for line in lines.strip().split(b"\n"))
    for verifier in verifiers.split("-"):
        name, key_id, encoded = verifier.split("+", 2)
        key = base64.b64decode(encoded)
        signature = base64.b64decode(signatures[name])
        assert signature[:4].hex() == key_id
        message, signature = (body, signature[4:]) if key[0] == 1 else (
            cosigned(body, struct.unpack(">Q", signature[4:12])[0]), signature[12:])
        Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature, message)


def bound(label, place, version, epoch):
    texts = b"".join(bytes([len(t)]) + t for t in (label, place["kind"], place["family"]))
    return texts + place["gallery"] + hashlib.sha256(place["key"]).digest() + struct.pack(">QQ", version, epoch)


def open_sealed(key, text):
    """A value with a key of its own, by docs/crypto.md: root key, gallery key, data key, value."""
    root, *place = [unurl(field) for field in key.split(":")]
    place = dict(zip(("gallery", "kind", "family", "key"), place))
    kept, value = (unurl(field) for field in text.split(":"))
    wrapped, sealed = value[:65], value[65:]
    assert len(kept) == 61 and kept[0] == 1 and wrapped[0] == 1 and sealed[0] == 1
    epoch = struct.unpack(">I", wrapped[1:5])[0]
    gallery_key = AESGCM(root).decrypt(
        kept[1:13], kept[13:], b"whorl kek\x01" + place["gallery"] + struct.pack(">I", epoch))
    data_key = AESGCM(gallery_key).decrypt(
        wrapped[5:17], wrapped[17:], bound(b"whorl wrapped key 1", place, 9, epoch))
    return AESGCM(data_key).decrypt(bytes(12), sealed[1:], bound(b"whorl sealed value 1", place, 9, 0))


def check(kind, key, text, content):
    if kind == "checkpoint":
        return check_note(key, unurl(text))
    if kind == "thumbprint":
        assert jwk.JWK.from_json(key).thumbprint() == text
        return None
    if kind == "sealed":
        opened = open_sealed(key, text)
    elif kind in ("jws", "detached"):
        if kind == "detached":
            text = text.replace("..", "." + content + ".")
        token = jws.JWS()
        token.deserialize(text, key=jwk.JWK.from_json(key))
        opened = token.payload
    else:
        receiver = jwk.JWK(kty="oct", k=key) if kind == "dir" else jwk.JWK.from_json(key)
        token = jwe.JWE(algs=JWE_ALGORITHMS + CIPHERS)
        token.deserialize(text, key=receiver)
        opened = token.payload
    assert opened == unurl(content), "another content"
    return None


def main(verb, path):
    if verb == "make":
        with open(path, "w", encoding="utf-8") as out:
            for case in make(out):
                out.write("\t".join(case) + "\n")
        return
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            case = line.rstrip("\n").split("\t")
            try:
                check(*case)
            except Exception as error:
                sys.exit(f"{case[0]}: {error!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
