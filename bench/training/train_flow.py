#!/usr/bin/env python3
"""Trains the network of the ridge flow (templates/fingerprint/extract/flow_net.h): scripts/train-flow calls it.

    train_flow.py SAMPLES OUT [--steps N] [--batch N] [--width N] [--seconds N]

SAMPLES is what whorl_flow_samples wrote. For every real set that it holds one network is trained that never sees that set, and
one that sees all of them; they are trained side by side on the same batches. Each example is a window of a print that is moved,
stretched, dried, wetted, smeared, faded, soiled and captured by a sensor that is drawn anew each time; what the network must give
is the flow of the print before that. Writes OUT/flow_net_SET.bin (weights, see write_net) and prints errors in degrees on the
windows of the set that was left out, beside those of the structure tensor that extraction used before.

Needs PyTorch (python3-torch); a GPU makes it minutes, two cores take a day.
"""
import argparse
import math
import os
import struct
import time

import numpy
import torch
import torch.nn.functional as F

WINDOW = 256  # px500, side of an example
CELL = 8  # px500, of the network's answer
GRID = 4  # px500, of the samples' maps


def read_samples(path):
    """Prints by set: (grey [h, w] u8, maps [4, rows, columns] u8)."""
    data = open(path, "rb").read()
    at, out = 0, {}
    while at < len(data):
        n = data[at]
        name = data[at + 1 : at + 1 + n].decode()
        at += 1 + n
        w, h, columns, rows = struct.unpack_from("<4H", data, at)
        at += 8
        grey = numpy.frombuffer(data, numpy.uint8, w * h, at).reshape(h, w)
        at += w * h
        maps = numpy.frombuffer(data, numpy.uint8, 4 * columns * rows, at).reshape(4, rows, columns)
        at += 4 * columns * rows
        out.setdefault(name, []).append((grey, maps))
    return out


class Net(torch.nn.Module):
    """Normalised print [n, 1, h, w] -> [n, 4, h / 8, w / 8]: cos 2a, sin 2a (shorter where unsure), log(period / 9), ridges."""

    def __init__(self, width):
        super().__init__()
        half = width // 2
        self.layers = torch.nn.ModuleList(
            [
                torch.nn.Conv2d(1, half, 5, stride=2, padding=2),
                torch.nn.Conv2d(half, half, 3, padding=1),
                torch.nn.Conv2d(half, width, 3, stride=2, padding=1),
                torch.nn.Conv2d(width, width, 3, padding=1),
                torch.nn.Conv2d(width, width, 3, padding=2, dilation=2),
                torch.nn.Conv2d(width, width, 3, padding=4, dilation=4),
                torch.nn.Conv2d(width, width, 3, padding=2, dilation=2),
                torch.nn.Conv2d(width, width, 3, padding=1),
            ]
        )
        self.last = torch.nn.Conv2d(width, 4, 1)

    def forward(self, x):
        x = F.avg_pool2d(x, 2)
        for i, layer in enumerate(self.layers):
            y = F.relu(layer(x))
            x = x + y if i > 2 else y
        return self.last(x)


def blur(x, sigma):
    """Gaussian, edges replicated; x [n, c, h, w]."""
    r = max(1, int(math.ceil(2.5 * sigma)))
    t = torch.arange(-r, r + 1, device=x.device, dtype=x.dtype)
    k = torch.exp(-0.5 * (t / sigma) ** 2)
    k = k / k.sum()
    c = x.shape[1]
    x = F.conv2d(F.pad(x, (r, r, 0, 0), "replicate"), k.view(1, 1, 1, -1).expand(c, 1, 1, -1), groups=c)
    return F.conv2d(F.pad(x, (0, 0, r, r), "replicate"), k.view(1, 1, -1, 1).expand(c, 1, -1, 1), groups=c)


def box(x, side):
    r = side // 2
    x = F.pad(x, (r, r, r, r), "replicate")
    k = torch.full((1, 1, 1, side), 1 / side, device=x.device)
    return F.conv2d(F.conv2d(x, k), k.transpose(2, 3))


def normalise(grey):
    """As normalise.cc."""
    centred = grey - box(grey, 25)
    deviation = box(centred * centred, 49).clamp_min(0).sqrt().clamp_min(4.0)
    return (centred / deviation).clamp(-3, 3)


def tensor_flow(x):
    """The structure tensor of orientation.cc at two scales; x normalised. -> cos2, sin2 on the grid of 8 px cells."""
    x = blur(x, 1.0)
    kx = torch.tensor([[-3.0, 0, 3], [-10, 0, 10], [-3, 0, 3]], device=x.device).view(1, 1, 3, 3) / 32
    p = F.pad(x, (1, 1, 1, 1), "replicate")
    dx, dy = F.conv2d(p, kx), F.conv2d(p, kx.transpose(2, 3))
    t = F.avg_pool2d(torch.cat([dx * dx - dy * dy, 2 * dx * dy, dx * dx + dy * dy], 1), GRID)

    def smooth(s):
        d, q, e = blur(t, s / GRID).split(1, 1)
        return torch.cat([-d / (e + 1e-6), q / (e + 1e-6)], 1)

    fine, coarse = smooth(7.0), smooth(20.0)
    c2 = (fine * fine).sum(1, keepdim=True)
    share = c2 / (c2 + 0.1)
    return F.avg_pool2d(fine * share + coarse * (1 - share), CELL // GRID)


def noise(n, sigma, device, size=WINDOW):
    """Smooth noise [n, 1, size, size] of deviation 1 and about this correlation length."""
    step = max(1, int(sigma))
    small = max(4, size // step + 4)
    z = torch.randn(n, 1, small, small, device=device)
    if step > 1:
        z = F.interpolate(z, scale_factor=step, mode="bicubic", align_corners=False)
        o = torch.randint(0, z.shape[2] - size + 1, (2,))
        z = z[:, :, o[0] : o[0] + size, o[1] : o[1] + size]
    else:
        z = z[:, :, :size, :size]
    return z / (z.std(dim=(2, 3), keepdim=True) + 1e-6)


def uniform(n, low, high, device):
    return low + (high - low) * torch.rand(n, 1, 1, 1, device=device)


def chance(n, p, device):
    return (torch.rand(n, 1, 1, 1, device=device) < p).float()


class Store:
    """All prints of one kind on one canvas size, on the device."""

    def __init__(self, prints, device):
        side = max(max(g.shape) for g, _ in prints)
        side = (side + 7) // 8 * 8
        n = len(prints)
        self.side = side
        self.size = torch.tensor([[g.shape[1], g.shape[0]] for g, _ in prints], device=device, dtype=torch.float32)
        self.grey = torch.zeros(n, 1, side, side, dtype=torch.uint8)
        self.maps = torch.zeros(n, 4, side // GRID, side // GRID, dtype=torch.uint8)
        self.centres = []
        for i, (g, m) in enumerate(prints):
            edge = numpy.pad(g, ((0, side - g.shape[0]), (0, side - g.shape[1])), "edge")
            self.grey[i, 0] = torch.from_numpy(edge)
            self.maps[i, :, : m.shape[1], : m.shape[2]] = torch.from_numpy(m.copy())
            self.centres.append(numpy.argwhere(m[3] > 0))
        self.grey, self.maps = self.grey.to(device), self.maps.to(device)

    def draw(self, index, strong):
        """Windows of these prints, moved and stretched -> grey 0..255, cos2, sin2, period, weight (all on the window)."""
        device = self.grey.device
        n = len(index)
        at = numpy.stack([self.centres[i][numpy.random.randint(len(self.centres[i]))] for i in index])
        cy = torch.tensor(at[:, 0] * GRID, device=device, dtype=torch.float32).view(n, 1, 1)
        cx = torch.tensor(at[:, 1] * GRID, device=device, dtype=torch.float32).view(n, 1, 1)
        turn = (torch.rand(n, 1, 1, device=device) * 2 * math.pi) if strong else torch.zeros(n, 1, 1, device=device)
        scale = torch.exp((torch.rand(n, 1, 1, device=device) - 0.45) * 0.7) if strong else torch.ones(n, 1, 1, device=device)
        t = torch.arange(WINDOW, device=device, dtype=torch.float32) - WINDOW / 2 + 0.5
        v, u = torch.meshgrid(t, t, indexing="ij")
        u, v = u[None].expand(n, -1, -1), v[None].expand(n, -1, -1)
        if strong:
            bend = 5 * torch.rand(n, 1, 1, device=device)
            u = u + bend * noise(n, 48, device)[:, 0]
            v = v + bend * noise(n, 48, device)[:, 0]
        sx = cx + scale * (turn.cos() * u - turn.sin() * v)
        sy = cy + scale * (turn.sin() * u + turn.cos() * v)
        # Jacobian of the source by the window's pixels (central differences).
        def ddx(f):
            return F.pad((f[:, :, 2:] - f[:, :, :-2]) / 2, (1, 1), "replicate")

        def ddy(f):
            return F.pad(((f[:, 2:, :] - f[:, :-2, :]) / 2).transpose(1, 2), (1, 1), "replicate").transpose(1, 2)

        jxx, jxy, jyx, jyy = ddx(sx), ddy(sx), ddx(sy), ddy(sy)
        where = torch.stack([2 * (sx + 0.5) / self.side - 1, 2 * (sy + 0.5) / self.side - 1], -1)
        index = torch.as_tensor(index, device=device)
        grey = F.grid_sample(self.grey[index].float(), where, padding_mode="border", align_corners=False)
        maps = self.maps[index].float()
        angle = maps[:, 0] * (math.pi / 256)
        fields = torch.stack([(2 * angle).cos(), (2 * angle).sin(), maps[:, 1] / 10, maps[:, 2] / 255, maps[:, 3]], 1)
        fields = F.grid_sample(fields, where, padding_mode="zeros", align_corners=False)
        a = 0.5 * torch.atan2(fields[:, 1], fields[:, 0])
        # The wave vector is across the ridge: ridge direction (cos a, -sin a) in the picture, normal (sin a, cos a).
        k = 1 / fields[:, 2].clamp_min(3)
        kx, ky = a.sin() * k, a.cos() * k
        wx, wy = jxx * kx + jyx * ky, jxy * kx + jyy * ky
        length = (wx * wx + wy * wy).sqrt() + 1e-6
        nx, ny = wx / length, wy / length
        # normal (sin a, cos a): cos 2a = ny^2 - nx^2, sin 2a = 2 nx ny
        inside = (sx >= 0) & (sy >= 0) & (sx < self.size[index, 0].view(n, 1, 1)) & (sy < self.size[index, 1].view(n, 1, 1))
        weight = fields[:, 3] * (fields[:, 4] > 0.9) * inside
        return grey, ny * ny - nx * nx, 2 * nx * ny, 1 / length, weight, fields[:, 4:5] * inside[:, None]


def press(pattern, contact, device):
    """A synthetic finger's pattern (0 ridge, 255 valley) as a capture: greys."""
    n = len(pattern)
    ridge = blur(pattern / 127.5 - 1, 1.3)
    wet = uniform(n, -0.75, 0.75, device) + uniform(n, 0, 0.35, device) * noise(n, 60, device)
    wet = wet + uniform(n, 0, 0.35, device) * noise(n, 13, device)
    grain = uniform(n, 0.05, 0.6, device) * noise(n, 2, device) + uniform(n, 0, 0.4, device) * noise(n, 4, device)
    dots = chance(n, 0.35, device) * uniform(n, 0, 1.4, device) * (noise(n, 6, device) - 0.3).clamp_min(0)
    soft = uniform(n, 0.12, 0.4, device)
    dark = torch.sigmoid(-(ridge + grain + dots - wet) / soft)
    edge = torch.sigmoid((contact - 0.5 + 0.1 * noise(n, 9, device)) * 25)
    low, high = uniform(n, 10, 120, device), uniform(n, 140, 250, device)
    paper = uniform(n, 120, 255, device)
    tone = uniform(n, 0, 18, device) * noise(n, 60, device)
    inside = high + dark * (low - high) + tone
    return paper + edge * (inside - paper)


def sense(grey, device):
    """What skin, dirt and sensor do to any print."""
    n = len(grey)
    low = grey.amin(dim=(2, 3), keepdim=True)
    span = (grey.amax(dim=(2, 3), keepdim=True) - low).clamp_min(20)
    x = (grey - low) / span
    # Patches that are wet (ridges run together), dry (they vanish into dots), smeared or without contact.
    def patch(p, sigma=45):
        z = noise(n, sigma, device) - uniform(n, 0.2, 1.6, device)
        return chance(n, p, device) * torch.sigmoid(6 * z)

    darkest = -F.max_pool2d(-x, 5, 1, 2)
    wet = patch(0.35) * uniform(n, 0.3, 0.95, device)
    x = x + wet * (blur(darkest, 1.5) - x)
    lightest = F.max_pool2d(x, 5, 1, 2)
    dry = patch(0.35) * (noise(n, 3, device) + uniform(n, 0, 1.5, device)).clamp(0, 1)
    x = x + dry * (lightest - x)
    smear = patch(0.2)
    x = x + smear * (blur(x, 3.5) - x) if torch.rand(1) < 0.5 else x + smear * (blur(x, 2.0) - x)
    gone = patch(0.25, 30)
    flat = uniform(n, 0, 1, device) + uniform(n, 0, 0.1, device) * noise(n, 2, device)
    x = x + gone * (flat - x)
    # Scratches and creases: bands where a smooth field crosses zero.
    crease = chance(n, 0.4, device) * torch.exp(-((noise(n, 100, device) * uniform(n, 20, 60, device)) ** 2))
    x = x + crease * (uniform(n, 0, 1.3, device) - x)
    # Lines of a swipe sensor or of print.
    t = torch.arange(WINDOW, device=device).view(1, 1, 1, -1).float()
    lines = torch.sin(t * uniform(n, 0.05, 1.5, device) + uniform(n, 0, 6.3, device)) * uniform(n, 0, 0.25, device)
    lines = torch.where(torch.rand(n, 1, 1, 1, device=device) < 0.5, lines.expand(-1, -1, WINDOW, -1), lines.transpose(2, 3).expand(-1, -1, -1, WINDOW))
    x = x + chance(n, 0.12, device) * lines
    contrast = torch.exp(uniform(n, -2.6, 0.0, device))
    x = 0.5 + (x - 0.5) * contrast + uniform(n, 0, 0.25, device) * noise(n, 70, device)
    x = x + chance(n, 0.6, device) * contrast * uniform(n, 0, 0.45, device) * noise(n, 1, device)
    x = x + chance(n, 0.4, device) * contrast * uniform(n, 0, 0.45, device) * noise(n, 3, device)
    if torch.rand(1) < 0.4:
        x = blur(x, float(torch.rand(1) * 1.3 + 0.4))
    if torch.rand(1) < 0.25:  # another resolution
        side = int(WINDOW * (0.5 + 0.45 * float(torch.rand(1))))
        x = F.interpolate(x, size=(side, side), mode="bilinear", align_corners=False, antialias=True)
        x = F.interpolate(x, size=(WINDOW, WINDOW), mode="bicubic", align_corners=False)
    y = 255 * x + uniform(n, 0.3, 6, device) * torch.randn(n, 1, WINDOW, WINDOW, device=device)
    dark = torch.where(torch.rand(n, 1, 1, 1, device=device) < 0.04, 255 - y, y)  # ridges light
    return dark.round().clamp(0, 255)


def cells(x):
    return F.avg_pool2d(x, CELL)


def make_batch(stores, sets, per, device):
    """-> x, target [n, 2], log period, weight, ridge mask (on 8 px cells), number of the set of each example."""
    parts = []
    for number, name in enumerate(sets):
        store, count = stores[name], per[number]
        if not count:
            continue
        index = numpy.random.randint(len(store.centres), size=count)
        grey, c, s, period, weight, mask = store.draw(index, True)
        if name == "synthetic":
            t = torch.linspace(-1, 1, WINDOW, device=device)
            far = ((t.view(1, 1, 1, -1) - uniform(count, -0.7, 0.7, device)) ** 2 + (t.view(1, 1, -1, 1) - uniform(count, -0.7, 0.7, device)) ** 2).sqrt()
            contact = mask * torch.sigmoid((uniform(count, 0.6, 1.9, device) - far) * 20)
            grey = press(grey, contact, device)
            weight = weight * (contact[:, 0] > 0.5)
            mask = (contact > 0.5).float()
        hard = sense(grey, device)
        keep = chance(count, 0.12, device)  # some as they are
        x = normalise(torch.where(keep > 0, grey, hard))
        flow = torch.stack([c, s], 1) * weight[:, None]
        parts.append((x, cells(flow), cells((period / 9).log()[:, None] * weight[:, None]), cells(weight[:, None]), cells(mask), torch.full((count,), number, device=device)))
    return [torch.cat(p) for p in zip(*parts)]


def losses(out, flow, period, weight, mask):
    """Of each example. The flow by squares, so that its length says how sure it is."""
    w = weight + 1e-6
    target = flow / w
    target = target / (target.norm(dim=1, keepdim=True) + 1e-6)
    e = ((out[:, :2] - target) ** 2).sum(1, keepdim=True) + 0.5 * F.smooth_l1_loss(out[:, 2:3], period / w, reduction="none", beta=0.1)
    bce = F.binary_cross_entropy_with_logits(out[:, 3:4], (mask > 0.5).float(), reduction="none")
    return (e * weight).sum(dim=(1, 2, 3)) / weight.sum(dim=(1, 2, 3)).clamp_min(8) + 0.2 * bce.mean(dim=(1, 2, 3))


def degrees(vector, flow, weight):
    """Weighted sum of the angle's error, weights."""
    cross = vector[:, 0] * flow[:, 1] - vector[:, 1] * flow[:, 0]
    dot = (vector[:, :2] * flow).sum(1)
    error = torch.atan2(cross, dot).abs() * (90 / math.pi)
    return error * weight[:, 0]


def write_net(net, path):
    """Magic 'WFN2', number of layers, then for each: outputs, inputs, side, stride, dilation, adds (u32), weights
    [output][input][y][x], biases; half precision, little endian."""
    with open(path, "wb") as f:
        layers = list(net.layers) + [net.last]
        f.write(b"WFN2" + struct.pack("<I", len(layers)))
        for i, layer in enumerate(layers):
            o, c, k, _ = layer.weight.shape
            f.write(struct.pack("<6I", o, c, k, layer.stride[0], layer.dilation[0], int(2 < i < len(layers) - 1)))
            f.write(layer.weight.detach().cpu().numpy().astype("<f2").tobytes())
            f.write(layer.bias.detach().cpu().numpy().astype("<f2").tobytes())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("samples")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    torch.manual_seed(a.seed)
    numpy.random.seed(a.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    samples = read_samples(a.samples)
    sets = sorted(samples)
    real = [s for s in sets if s != "synthetic"]
    stores = {s: Store(samples[s], device) for s in sets}
    print({s: len(samples[s]) for s in sets}, device, flush=True)
    folds = real + ["all"]
    nets = [Net(a.width).to(device) for _ in folds]
    print("weights:", sum(p.numel() for p in nets[0].parameters()))
    optimisers = [torch.optim.AdamW(n.parameters(), lr=2e-3, weight_decay=1e-4) for n in nets]
    share = a.batch // 2 // max(1, len(real))
    per = [share if s in real else a.batch - share * len(real) for s in sets]
    numbers = {s: i for i, s in enumerate(sets)}
    running, began = torch.zeros(len(folds), device=device), time.time()
    planned = a.steps
    step = 0
    os.makedirs(a.out, exist_ok=True)

    def measure(rounds=12):
        for n in nets:
            n.eval()
        rows = {}
        with torch.no_grad():
            for s in real:
                got = {"net": 0.0, "all": 0.0, "tensor": 0.0}
                wide = {"net": 0.0, "all": 0.0, "tensor": 0.0}
                total = 0.0
                for _ in range(rounds):
                    x, flow, period, weight, mask, number = make_batch(stores, sets, [32 if t == s else 0 for t in sets], device)
                    total += float(weight.sum())
                    for kind, v in (("net", nets[folds.index(s)](x)), ("all", nets[-1](x)), ("tensor", tensor_flow(x))):
                        e = degrees(v, flow, weight)
                        got[kind] += float(e.sum())
                        wide[kind] += float(((e / (weight[:, 0] + 1e-6) > 15) * weight[:, 0]).sum())
                rows[s] = {k: (round(got[k] / total, 2), round(100 * wide[k] / total, 1)) for k in got}
        for n in nets:
            n.train()
        return rows

    while step < planned and time.time() - began < a.seconds:
        # By time or by steps, whichever ends first.
        done = max(step / planned, (time.time() - began) / a.seconds)
        rate = 2e-3 * min(1, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * min(1, done)))
        x, flow, period, weight, mask, number = make_batch(stores, sets, per, device)
        for i, (name, net, optimiser) in enumerate(zip(folds, nets, optimisers)):
            for group in optimiser.param_groups:
                group["lr"] = rate + 1e-6
            loss = losses(net(x), flow, period, weight, mask)
            if name != "all":
                loss = loss * (number != numbers[name])
            loss = loss.mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            running[i] = 0.98 * running[i] + 0.02 * loss.detach()
        step += 1
        if step % 500 == 0:
            print(step, round(time.time() - began), [round(float(v), 4) for v in running], flush=True)
        if step % 4000 == 0:
            print(measure(4), flush=True)
    print("steps:", step, "seconds:", round(time.time() - began))
    for name, net in zip(folds, nets):
        write_net(net, os.path.join(a.out, f"flow_net_{name}.bin"))
    print("error in degrees and per cent beyond 15, the set left out, all, structure tensor:")
    for s, row in measure().items():
        print(s, row)


if __name__ == "__main__":
    main()
