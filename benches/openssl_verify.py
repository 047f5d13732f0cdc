"""Times of OpenSSL's signature verification, for benches/trust.rs: a JSON line in with key and signature, a JSON line
out with the shortest time of one verification. libcrypto is called through ctypes; what an empty call costs is taken
off, in OpenSSL's favour."""

import ctypes
import ctypes.util
import json
import sys
import time

crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))
pointer, size, data = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
for name, result, arguments in [
    ("OpenSSL_version", data, [ctypes.c_int]),
    ("d2i_PUBKEY", pointer, [pointer, ctypes.POINTER(data), ctypes.c_long]),
    ("EVP_PKEY_get_base_id", ctypes.c_int, [pointer]),
    ("EVP_PKEY_free", None, [pointer]),
    ("EVP_PKEY_CTX_new", pointer, [pointer, pointer]),
    ("EVP_PKEY_CTX_free", None, [pointer]),
    ("EVP_PKEY_CTX_ctrl_str", ctypes.c_int, [pointer, data, data]),
    ("EVP_PKEY_verify_init", ctypes.c_int, [pointer]),
    ("EVP_PKEY_verify", ctypes.c_int, [pointer, data, size, data, size]),
]:
    function = getattr(crypto, name)
    function.restype, function.argtypes = result, arguments

RSA = 6
BATCH_NS = 400_000


def batch_time(call, count):
    start = time.perf_counter_ns()
    for _ in range(count):
        call()
    return (time.perf_counter_ns() - start) / count


def shortest(call, seconds):
    end, best, count = time.perf_counter() + seconds, float("inf"), 1
    while time.perf_counter() < end:
        took = batch_time(call, count)
        best = min(best, took)
        if took * count < BATCH_NS:
            count *= 2
    return best


def measure(order):
    spki = bytes.fromhex(order["spki"])
    key = crypto.d2i_PUBKEY(None, ctypes.byref(data(spki)), len(spki))
    context = crypto.EVP_PKEY_CTX_new(key, None)
    assert key and context and crypto.EVP_PKEY_verify_init(context) == 1
    if crypto.EVP_PKEY_get_base_id(key) == RSA:
        assert crypto.EVP_PKEY_CTX_ctrl_str(context, b"rsa_padding_mode", b"pkcs1") == 1
    assert crypto.EVP_PKEY_CTX_ctrl_str(context, b"digest", order["hash"].encode()) == 1
    signature, digest = bytes.fromhex(order["signature"]), bytes.fromhex(order["digest"])
    verify, lengths = crypto.EVP_PKEY_verify, (len(signature), len(digest))
    assert verify(context, signature, lengths[0], digest, lengths[1]) == 1
    empty = shortest(lambda: crypto.OpenSSL_version(0), 0.01)
    best = shortest(lambda: verify(context, signature, lengths[0], digest, lengths[1]), order["seconds"])
    crypto.EVP_PKEY_CTX_free(context)
    crypto.EVP_PKEY_free(key)
    return (best - empty) / 1000


print(json.dumps({"version": crypto.OpenSSL_version(0).decode()}), flush=True)
for line in sys.stdin:
    print(json.dumps({"microseconds": measure(json.loads(line))}), flush=True)
