#!/usr/bin/env python3
"""Makes the constants by which a finger's descriptors become one vector of fixed length
(templates/fingerprint/screening/aggregate.h), from rows of synthetic fingers alone:

    whorl_preselection --manifest PEOPLE/manifest.csv --rows ROWS     (PEOPLE: `whorl synth`, two impressions a finger)
    bench/preselection/train_aggregate.py ROWS templates/fingerprint/screening/aggregate.bin

Nothing is learnt from labels: a rotation of the descriptors (principal components), the centroids of their clusters
(k-means), the principal components of what is summed up, turned at random so that each pair of numbers says as much as
another, and for each pair the sixteen values that a code can name. Needs numpy. Takes about a minute of one core.
The method: Jegou and others, "Aggregating local image descriptors into compact codes", TPAMI 34(9), 2012; each
cluster's sum brought to length 1 as by Arandjelovic and Zisserman, CVPR 2013.
"""
import sys

import numpy as np

ROW = 960  # bytes, templates/fingerprint/screening/scan_row.h
MINUTIAE = 24
BITS = 256
COMPONENTS = 128  # of a descriptor
CLUSTERS = 64
DIMENSION = 128  # of the vector
CODED = 2  # numbers that share a code of four bits
SOFTNESS = 4.0
WHITENING = 0.25
SEED = 1


def read_rows(path):
    """Descriptors (n, 24, 256) of 0 and 1, and which of the 24 there are (n, 24)."""
    raw = np.fromfile(path, dtype=np.uint8).reshape(-1, ROW)
    words = raw[:, : MINUTIAE * BITS // 8].reshape(-1, BITS // 64, MINUTIAE, 8).transpose(0, 2, 1, 3)
    bits = np.unpackbits(words.reshape(-1, MINUTIAE, BITS // 8), axis=2, bitorder="little")
    described = raw[:, MINUTIAE * BITS // 8 + MINUTIAE + 3 * 48]
    return bits, np.arange(MINUTIAE)[None] < described[:, None]


def rotation_of(descriptors):
    """Mean, and the first components, each divided by the fourth root of its variance."""
    mean = descriptors.mean(0)
    variances, vectors = np.linalg.eigh(np.cov((descriptors - mean).T))
    order = np.argsort(variances)[::-1][:COMPONENTS]
    return mean, vectors[:, order] / (variances[order] + 0.01) ** 0.25


def centroids_of(values, clusters, rounds=12):
    rng = np.random.default_rng(SEED)
    out = values[rng.choice(len(values), clusters, False)].copy()
    for _ in range(rounds):
        nearest = ((out**2).sum(1)[None] - 2 * values @ out.T).argmin(1)
        for k in range(clusters):
            if (nearest == k).any():
                out[k] = values[nearest == k].mean(0)
    return out


def summed_up(bits, mask, mean, rotation, centroids):
    """What the components of a vector are taken of: (n, CLUSTERS * COMPONENTS), of length 1."""
    out = np.zeros((len(bits), CLUSTERS, COMPONENTS), np.float32)
    for finger in range(len(bits)):
        values = (bits[finger][mask[finger]] - mean) @ rotation
        if not len(values):
            continue
        far = (centroids**2).sum(1)[None] - 2 * values @ centroids.T
        share = np.exp((far.min(1, keepdims=True) - far) / SOFTNESS)
        share /= share.sum(1, keepdims=True)
        out[finger] = share.T @ values - share.sum(0)[:, None] * centroids
    out = np.sign(out) * np.sqrt(np.abs(out))
    out /= np.linalg.norm(out, axis=2, keepdims=True) + 1e-6
    out = out.reshape(len(out), -1)
    return out / (np.linalg.norm(out, axis=1, keepdims=True) + 1e-9)


def main():
    if len(sys.argv) != 3 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 0 if len(sys.argv) == 2 else 2
    bits, mask = read_rows(sys.argv[1])
    some = slice(None, None, 2)  # one impression a finger
    descriptors = bits[some][mask[some]].astype(np.float64)
    mean, rotation = rotation_of(descriptors)
    centroids = centroids_of(((descriptors - mean) @ rotation)[:40000], CLUSTERS)
    sums = summed_up(bits, mask, mean, rotation, centroids)
    centre = sums.mean(0)
    _, sizes, components = np.linalg.svd(sums[some] - centre, full_matrices=False)
    weights = components[:DIMENSION] / (sizes[:DIMENSION, None] / sizes[0]) ** WHITENING
    turn = np.linalg.qr(np.random.default_rng(SEED).standard_normal((DIMENSION, DIMENSION)))[0]
    weights = turn.T @ weights
    steps = np.abs(weights).max(1) / 127
    stepped = np.rint(weights / steps[:, None]).astype(np.int8)
    vectors = (sums - centre) @ (stepped * steps[:, None]).T
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codebook = [centroids_of(vectors[:, at : at + CODED], 16) for at in range(0, DIMENSION, CODED)]
    with open(sys.argv[2], "wb") as out:
        out.write(np.array([BITS, COMPONENTS, CLUSTERS, DIMENSION], "<u4").tobytes())
        out.write(np.array([SOFTNESS], "<f4").tobytes())
        for values in (mean, rotation, centroids, centre, steps, codebook):
            out.write(np.ascontiguousarray(values, "<f4").tobytes())
        out.write(stepped.tobytes())
    print(f"{len(bits)} prints, {len(descriptors)} descriptors; the first {DIMENSION} components hold "
          f"{(sizes[:DIMENSION] ** 2).sum() / (sizes ** 2).sum():.0%} of the spread")
    return 0


if __name__ == "__main__":
    sys.exit(main())
