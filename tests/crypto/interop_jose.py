"""Another side of interop_test.cc: Debian's command `jose`, by the same lines as interop.py.

  interop_jose.py make FILE     writes cases for Whorl to open
  interop_jose.py check FILE    opens Whorl's cases; exit status 1: one does not open, 3: none is of a kind that is known here

It knows no curve but those of NIST, and Debian's version 11 wraps nothing by RSA-OAEP-256: it fails with keys of its own.
"""

import base64
import json
import subprocess
import sys
import tempfile

PAYLOAD = b"payload \x00\xff of theirs"
CIPHERS = ["A256GCM", "A256CBC-HS512"]


def url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unurl(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jose(*arguments, given=b""):
    done = subprocess.run(["jose", *arguments], input=given, capture_output=True, check=True)
    return done.stdout


def with_file(text):
    """A key is given as a file: standard input belongs to the content."""
    out = tempfile.NamedTemporaryFile("w", suffix=".jwk")
    out.write(text)
    out.flush()
    return out


def key_of(template):
    """Without what it may be used for, which Whorl takes by the algorithm alone."""
    key = json.loads(jose("jwk", "gen", "-i", json.dumps(template)))
    return {name: value for name, value in key.items() if name not in ("key_ops", "bits", "bytes")}


def public_of(key):
    with with_file(json.dumps(key)) as file:
        return json.loads(jose("jwk", "pub", "-i", file.name))


def signed(key, algorithm):
    template = json.dumps({"protected": {"alg": algorithm, "kid": "theirs", "typ": "x+jws"}})
    with with_file(json.dumps(key)) as file:
        return jose("jws", "sig", "-I", "-", "-k", file.name, "-s", template, "-c", given=PAYLOAD).decode().strip()


def encrypted(key, algorithm, cipher):
    header = {"alg": algorithm, "enc": cipher, "kid": "theirs"}
    if algorithm.startswith("ECDH"):
        header.update(apu=url(b"a.test"), apv=url(b"b.test"))
    with with_file(json.dumps(key)) as file:
        return jose("jwe", "enc", "-I", "-", "-k", file.name, "-i", json.dumps({"protected": header}), "-c", given=PAYLOAD).decode().strip()


def make():
    for template, algorithm in (({"kty": "EC", "crv": "P-256"}, "ES256"), ({"kty": "RSA", "bits": 2048}, "RS256"),
                                ({"alg": "PS256", "bits": 3072}, "PS256")):
        key = key_of(template)
        public = public_of(key)
        text = signed(key, algorithm)
        header, _, signature = text.split(".")
        yield "jws", json.dumps(public), text, url(PAYLOAD)
        yield "detached", json.dumps(public), f"{header}..{signature}", url(PAYLOAD)
        with with_file(json.dumps(public)) as file:
            thumbprint = jose("jwk", "thp", "-i", file.name, "-a", "S256").decode().strip()
        if algorithm != "PS256":
            yield "thumbprint", json.dumps(public), thumbprint, ""
    key = key_of({"kty": "EC", "crv": "P-256"})
    for algorithm in ("ECDH-ES", "ECDH-ES+A256KW"):
        for cipher in CIPHERS:
            yield algorithm, json.dumps(key), encrypted(public_of(key), algorithm, cipher), url(PAYLOAD)
    shared = key_of({"kty": "oct", "bytes": 32})["k"]
    yield "dir", shared, encrypted({"kty": "oct", "k": shared}, "dir", "A256GCM"), url(PAYLOAD)


def known(kind, key):
    if kind == "dir":
        return True
    if kind not in ("jws", "detached", "thumbprint", "ECDH-ES", "ECDH-ES+A256KW"):
        return False
    return json.loads(key)["kty"] != "OKP"


def check(kind, key, text, content):
    with with_file(json.dumps({"kty": "oct", "k": key}) if kind == "dir" else key) as file:
        if kind == "thumbprint":
            assert jose("jwk", "thp", "-i", file.name, "-a", "S256").decode().strip() == text
            return
        if kind in ("jws", "detached"):
            text = text.replace("..", "." + content + ".")
            opened = jose("jws", "ver", "-i", "-", "-k", file.name, "-O", "-", given=text.encode())
        else:
            opened = jose("jwe", "dec", "-i", "-", "-k", file.name, given=text.encode())
    assert opened == unurl(content)


def main():
    verb, file = sys.argv[1:]
    if verb == "make":
        with open(file, "w", encoding="ascii") as out:
            for case in make():
                out.write("\t".join(case) + "\n")
        return 0
    cases = [line.split("\t") for line in open(file, encoding="ascii").read().split("\n") if line]
    cases = [case for case in cases if known(*case[:2])]
    for case in cases:
        try:
            check(*case)
        except (AssertionError, subprocess.CalledProcessError) as wrong:
            print(f"{case[0]}: {wrong!r}", file=sys.stderr)
            return 1
    return 0 if cases else 3


if __name__ == "__main__":
    sys.exit(main())
