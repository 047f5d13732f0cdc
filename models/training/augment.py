"""What a webcam and a chip do to a face: geometry, light, blur, noise, JPEG and JPEG 2000, things in front."""

import cv2
import numpy as np


def affine(rng, side, template=112.0, margin=8.0, shift=0.03, scale=0.06, turn=5.0):
    """The matrix from a prepared crop (template plus margin) to side by side, with a random small movement."""
    s = side / template * rng.uniform(1 - scale, 1 + scale)
    a = np.deg2rad(rng.uniform(-turn, turn))
    c, d = s * np.cos(a), s * np.sin(a)
    mid = margin + (template - 1) / 2
    out = (side - 1) / 2 + rng.uniform(-shift, shift, 2) * side
    return np.array([[c, -d, out[0] - c * mid + d * mid], [d, c, out[1] - d * mid - c * mid]], np.float32)


def degrade(rng, x):
    """x: H,W,3 uint8. Light, colour, resolution, compression."""
    side = x.shape[0]
    if rng.random() < 0.7:  # exposure, contrast, gamma, white balance
        gain = rng.uniform(0.65, 1.35) * rng.uniform(0.9, 1.1, 3)
        table = np.arange(256, dtype=np.float32)[:, None] / 255.0
        table = np.clip(table ** np.exp(rng.uniform(-0.5, 0.5)) * gain + rng.uniform(-0.1, 0.1), 0, 1) * 255
        x = cv2.LUT(x, table.astype(np.uint8).reshape(256, 1, 3))
    if rng.random() < 0.12:
        x = cv2.cvtColor(cv2.cvtColor(x, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    kind = rng.random()
    if kind < 0.25:
        small = int(rng.uniform(0.3, 0.8) * side)
        x = cv2.resize(cv2.resize(x, (small, small), interpolation=cv2.INTER_AREA), (side, side))
    elif kind < 0.35:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.2))
    if rng.random() < 0.25:
        noise = cv2.randn(np.empty(x.shape, np.int16), 0, rng.uniform(2, 12))
        x = cv2.add(x, noise, dtype=cv2.CV_8U)
    kind = rng.random()
    if kind < 0.3:
        ok, data = cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 90))])
        x = cv2.imdecode(data, cv2.IMREAD_COLOR)
    elif kind < 0.33:
        ok, data = cv2.imencode(".jp2", x, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, int(rng.uniform(15, 120))])
        if ok:
            x = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return x


def erase(rng, x):
    side = x.shape[0]
    w, h = rng.integers(side // 8, side // 3, 2)
    left, top = rng.integers(0, side - w), rng.integers(0, side - h)
    x = x.copy()
    x[top:top + h, left:left + w] = rng.integers(0, 255, 3)
    return x
