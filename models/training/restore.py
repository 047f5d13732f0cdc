"""A checkpoint from an exported network, to go on training on another machine: the repository holds no checkpoints.

    python restore.py embedding|landmarks|lids|head_pose|face_detection NETWORK.onnx CROPS.npy OUT.pt

Batch norms were folded at export. Their means and variances are measured anew on CROPS (a .crops.npy, .mc.npy,
.ec.npy or .pc.npy of prepare.py), and their factors chosen so that the restored network answers as the file does.
"""

import sys

import cv2
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from embedder_net import Residual
from export import KINDS


def folded(path):
    """Weights and biases of the convolutions and linear layers, in the graph's order."""
    model = onnx.load(path)
    values = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Cast":
            values[node.output[0]] = values[node.input[0]].astype(np.float32)
    made, found = {}, []
    for node in model.graph.node:
        if node.op_type == "Conv":
            found.append(("conv", values[node.input[1]], values[node.input[2]]))
        elif node.op_type == "MatMul":
            made[node.output[0]] = values[node.input[1]]
        elif node.op_type == "Add" and node.input[0] in made:
            found.append(("linear", made[node.input[0]].T, values[node.input[1]]))
    return found


def ordered(kind, net):
    """(layer, its norm or None, whether space-to-depth comes before it, factor and shift put in at export)."""

    def trunk(layers):
        unshuffle = False
        for layer in layers:
            if isinstance(layer, nn.PixelUnshuffle):
                unshuffle = True
            elif isinstance(layer, Residual):
                yield from ((part[0], part[1], False, 1, 0) for part in layer.body)
            else:
                yield layer[0], layer[1], unshuffle, 1, 0
                unshuffle = False

    def points(body):
        yield from trunk(body.trunk)
        yield body.squeeze[0], body.squeeze[1], False, 1, 0
        yield body.hidden[0], None, False, 1, 0

    if kind == "embedding":
        yield from trunk(net.features)
        yield net.places, net.norm, False, 1, 0
        yield net.head, None, False, 1, 0
    elif kind == "face_detection":
        yield from trunk(net.stem)
        for stage in net.stages:
            yield from trunk(stage)
        for i in (2, 1, 0):
            yield net.across[i], None, False, 1, 0
            yield net.heads[i][0][0], net.heads[i][0][1], False, 1, 0
            yield net.heads[i][1], None, False, 1, 0
    else:
        yield from points(net.body)
        yield from {
            "landmarks": lambda: [(net.mesh, None, False, 16, 56), (net.score, None, False, 1, 0)],
            "lids": lambda: [(net.contour, None, False, 8, 32)],
            "head_pose": lambda: [(net.angles, None, False, 30, 0)],
        }[kind]()


def main():
    kind, path, crops, out = sys.argv[1:]
    make, _, side = KINDS[kind]
    net, norms = make().eval(), []
    layers = list(ordered(kind, net))
    weights = folded(path)
    assert len(layers) == len(weights), (len(layers), len(weights))
    for (layer, norm, unshuffle, factor, shift), (_, w, b) in zip(layers, weights):
        if unshuffle:
            w = w.reshape(len(w), 3, 3, 4, 3, 4).transpose(0, 1, 3, 5, 2, 4).reshape(len(w), 48, 3, 3)
        layer.weight.data = torch.from_numpy(w / factor).reshape(layer.weight.shape).contiguous()
        if norm is None:
            layer.bias.data = torch.from_numpy((b - shift) / factor)
        else:
            norm.weight.data.fill_(1)
            norm.running_var.fill_(1 - norm.eps)
            norm.bias.data = torch.from_numpy(b.copy())
            norms.append(norm)
    pictures = np.load(crops, mmap_mode="r")
    chosen = np.random.default_rng(0).choice(len(pictures), min(512, len(pictures)), replace=False)
    x = np.stack([cv2.resize(np.asarray(pictures[i]), (side, side), interpolation=cv2.INTER_AREA) for i in sorted(chosen)])
    x = (torch.from_numpy(np.ascontiguousarray(x[..., ::-1])).permute(0, 3, 1, 2).float() - 127.5) / 128
    seen = {}

    def look(norm, inputs):
        value = inputs[0].transpose(0, 1).flatten(1)
        seen[norm] = (value.mean(1), value.var(1))

    hooks = [norm.register_forward_pre_hook(look) for norm in norms]
    with torch.no_grad():
        before = net(x[:64])
        net(x)
        for hook in hooks:
            hook.remove()
        for norm in norms:
            mean, variance = seen[norm]
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            norm.weight.copy_(torch.sqrt(variance + norm.eps))
            norm.bias += mean
        after = net(x[:64])
    flat = lambda y: torch.cat([part.flatten() for part in (y if isinstance(y, (tuple, list)) else [y])])
    print("largest difference", float((flat(before) - flat(after)).abs().max()))
    torch.save({"average": net.state_dict()}, out)


if __name__ == "__main__":
    main()
