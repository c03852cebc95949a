#!/usr/bin/env python3
"""What one vector a finger would be worth as the first question of a search (docs/index.md, "One vector a finger").

    whorl_preselection --manifest SYNTHETIC/manifest.csv --rows SYNTHETIC_ROWS    (people of `whorl synth`)
    whorl_preselection --manifest MANIFEST --rows REAL_ROWS
    bench/preselection/aggregates.py SYNTHETIC_ROWS REAL_ROWS

Sums up the descriptors of a finger's minutiae by the centroids that they are near (VLAD: Jegou and others, TPAMI 34(9),
2012; Arandjelovic and Zisserman, CVPR 2013), as floats and uncoded, which is the most that any code of them can give. Prints
which share of the mates that the exact comparator finds is among the first so many, once among the other real prints and
once among synthetic ones. Needs numpy; about two minutes.
"""
import sys

import numpy as np

ROW = 960  # bytes, templates/fingerprint/screening/scan_row.h
MINUTIAE = 24
BITS = 256
SEED = 1
LEAST_SCORE = 14
SHARES = (0.01, 0.05, 0.1, 0.2, 0.3)
PROBES = 4  # one print in so many
# components of a descriptor, centroids, softness of the assignment, power of the sums, each centroid's part of length 1
VARIANTS = (
    (64, 64, 8.0, 0.5, True),
    (128, 64, 4.0, 0.5, True),
    (64, 64, 2.0, 0.5, False),
    (64, 256, 1.0, 0.5, False),
    (64, 256, 1.0, 0.3, False),
)


def read_rows(path):
    """All descriptors of 0 and 1, whose each is, and of how many fingers."""
    raw = np.fromfile(path, dtype=np.uint8).reshape(-1, ROW)
    words = raw[:, : MINUTIAE * BITS // 8].reshape(-1, BITS // 64, MINUTIAE, 8).transpose(0, 2, 1, 3)
    bits = np.unpackbits(words.reshape(-1, MINUTIAE, BITS // 8), axis=2, bitorder="little")
    described = raw[:, MINUTIAE * BITS // 8 + MINUTIAE + 3 * 48]
    there = np.arange(MINUTIAE)[None] < described[:, None]
    return bits[there].astype(np.float64), np.nonzero(there)[0], len(raw)


def centroids_of(values, clusters, rounds=8):
    rng = np.random.default_rng(SEED)
    out = values[rng.choice(len(values), clusters, False)].copy()
    for _ in range(rounds):
        nearest = ((out**2).sum(1)[None] - 2 * values @ out.T).argmin(1)
        for k in range(clusters):
            if (nearest == k).any():
                out[k] = values[nearest == k].mean(0)
    return out


def summed_up(rows, mean, rotation, centroids, softness, power, evened):
    descriptors, owner, fingers = rows
    values = (descriptors - mean) @ rotation
    far = (centroids**2).sum(1)[None] - 2 * values @ centroids.T
    share = np.exp((far.min(1, keepdims=True) - far) / softness)
    share /= share.sum(1, keepdims=True)
    out = np.zeros((fingers, len(centroids), values.shape[1]), np.float32)
    for k, centroid in enumerate(centroids):
        np.add.at(out[:, k], owner, (share[:, k : k + 1] * (values - centroid)).astype(np.float32))
    out = np.sign(out) * np.abs(out) ** power
    if evened:
        out /= np.linalg.norm(out, axis=2, keepdims=True) + 1e-6
    out = out.reshape(fingers, -1)
    return out / (np.linalg.norm(out, axis=1, keepdims=True) + 1e-9)


def kept(vectors, mates, strangers_of):
    """Per cent of mates among the first of each share; strangers_of(probe): a probe's cosines with strangers."""
    before = []
    for probe in np.unique(mates[:, 0]):
        strangers = np.sort(strangers_of(probe))
        for mate in mates[mates[:, 0] == probe][:, 1]:
            better = len(strangers) - np.searchsorted(strangers, vectors[probe] @ vectors[mate])
            before.append(better / len(strangers))
    before = np.array(before)
    return " | ".join(f"{100 * (before <= share).mean():.2f}" for share in SHARES)


def main():
    if len(sys.argv) != 3 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 0 if len(sys.argv) == 2 else 2
    synthetic, real = read_rows(sys.argv[1]), read_rows(sys.argv[2])
    finger = np.array(open(sys.argv[2] + ".fingers").read().split("\n")[: real[2]])
    mates = np.loadtxt(sys.argv[2] + ".mates")
    mates = mates[(mates[:, 2] >= LEAST_SCORE) & (mates[:, 0] % PROBES == 0)][:, :2].astype(int)
    mean = synthetic[0].mean(0)
    variances, vectors = np.linalg.eigh(np.cov((synthetic[0] - mean).T))
    print("| components, centroids, softness, power | strangers | " + " | ".join(f"{s:.0%}" for s in SHARES) + " |")
    print("|---|---|" + "---:|" * len(SHARES))
    for components, clusters, softness, power, evened in VARIANTS:
        order = np.argsort(variances)[::-1][:components]
        rotation = vectors[:, order] / (variances[order] + 0.01) ** 0.25
        centroids = centroids_of(((synthetic[0] - mean) @ rotation)[:40000], clusters)
        of = [summed_up(rows, mean, rotation, centroids, softness, power, evened) for rows in (real, synthetic)]
        name = f"{components}, {clusters}, {softness:g}, {power:g}{', each part of length 1' if evened else ''}"
        among_real = kept(of[0], mates, lambda i: (of[0] @ of[0][i])[finger != finger[i]])
        among_synthetic = kept(of[0], mates, lambda i: of[1] @ of[0][i])
        print(f"| {name} | real | {among_real} |\n| | synthetic | {among_synthetic} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
