"""Writes a trained network as ONNX: batch norms folded into convolutions, space-to-depth into the first of them,
weights stored as fp16 with a Cast, which tract folds away at load. No exporter: the graphs are a dozen kinds of node.

    python export.py embedding|landmarks|lids|head_pose|face_detection CHECKPOINT OUT.onnx
"""

import hashlib
import sys

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from embedder_net import SIDE, TEACHERS, Embedder, Residual
from loop import weights
from face_nets import CONTOUR, MESH, Detector, HeadPose, Landmarks, Lids


class Graph:
    def __init__(self):
        self.nodes, self.weights, self.count = [], [], 0

    def name(self, kind):
        self.count += 1
        return f"{kind}{self.count}"

    def constant(self, value, half=True):
        """fp16 and a Cast; integers and what needs all its digits as they are."""
        value, name = np.asarray(value), self.name("w")
        if not half or value.dtype != np.float32:
            self.weights.append(numpy_helper.from_array(value, name))
            return name
        self.weights.append(numpy_helper.from_array(value.astype(np.float16), name + "h"))
        self.nodes.append(helper.make_node("Cast", [name + "h"], [name], to=TensorProto.FLOAT))
        return name

    def add(self, kind, inputs, output=None, **attributes):
        output = output or self.name(kind.lower())
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def conv(self, x, conv, norm=None, relu=False, unshuffle=False, output=None):
        w = conv.weight.detach().numpy().astype(np.float32)
        b = conv.bias.detach().numpy() if conv.bias is not None else np.zeros(len(w), np.float32)
        if norm is not None:
            scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach().numpy()
            w = w * scale[:, None, None, None]
            b = (b - norm.running_mean.numpy()) * scale + norm.bias.detach().numpy()
        stride, pad = conv.stride[0], conv.padding[0]
        if unshuffle:  # PixelUnshuffle(4) and a 3x3 are one 12x12 of stride 4
            out = len(w)
            w = w.reshape(out, 3, 4, 4, 3, 3).transpose(0, 1, 4, 2, 5, 3).reshape(out, 3, 12, 12)
            stride, pad = 4, 4
        y = self.add("Conv", [x, self.constant(w), self.constant(b.astype(np.float32), half=False)], None if relu else output,
                     kernel_shape=list(w.shape[2:]), strides=[stride] * 2, pads=[pad] * 4, group=conv.groups)
        return self.add("Relu", [y], output) if relu else y

    def trunk(self, x, layers):
        unshuffle = False
        for layer in layers:
            if isinstance(layer, nn.PixelUnshuffle):
                unshuffle = True
            elif isinstance(layer, Residual):
                one, two = layer.body
                y = self.conv(self.conv(x, one[0], one[1], relu=True), two[0], two[1])
                x = self.add("Relu", [self.add("Add", [x, y])])
            else:
                x = self.conv(x, layer[0], layer[1], relu=len(layer) > 2, unshuffle=unshuffle)
                unshuffle = False
        return x

    def linear(self, x, layer, scale=1.0, shift=0.0, output=None):
        w = (layer.weight * scale).detach().numpy().T.astype(np.float32)
        b = (layer.bias * scale + shift).detach().numpy().astype(np.float32)
        y = self.add("MatMul", [x, self.constant(np.ascontiguousarray(w))])
        return self.add("Add", [y, self.constant(b, half=False)], output)

    def flat(self, x, length):
        return self.add("Reshape", [x, self.constant(np.array([1, length], np.int64), half=False)])

    def points(self, x, body):
        x = self.trunk(x, body.trunk)
        x = self.conv(x, body.squeeze[0], body.squeeze[1], relu=True)
        return self.add("Relu", [self.linear(self.flat(x, body.hidden[0].in_features), body.hidden[0])])

    def model(self, name, side, outputs):
        info = lambda n, shape: helper.make_tensor_value_info(n, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, name, [info("input", [1, 3, side, side])], [info(n, s) for n, s in outputs], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8, producer_name="titre")
        onnx.checker.check_model(model)
        return model


def embedding(net):
    g = Graph()
    x = g.trunk("input", net.features)
    x = g.conv(x, net.places, net.norm)
    x = g.linear(g.flat(x, net.head.in_features), net.head)
    parts, start = [], 0
    for length in TEACHERS:
        cut = [g.constant(np.array([v], np.int64), half=False) for v in (start, start + length, 1)]
        part = g.add("Slice", [x, *cut])
        parts.append(g.add("Div", [part, g.add("ReduceL2", [part], axes=[1], keepdims=1)]))
        start += length
    g.add("Concat", parts, "embedding", axis=1)
    return g.model("embedding", SIDE, [("embedding", [1, sum(TEACHERS)])])


def landmarks(net):
    g = Graph()
    x = g.points("input", net.body)
    g.linear(x, net.mesh, 16.0, 56.0, "mesh")
    g.linear(x, net.score, output="score")
    return g.model("landmarks", Landmarks.SIDE, [("mesh", [1, 3 * MESH]), ("score", [1, 1])])


def lids(net):
    g = Graph()
    g.linear(g.points("input", net.body), net.contour, 8.0, 32.0, "contour")
    return g.model("lids", Lids.SIDE, [("contour", [1, 3 * CONTOUR])])


def head_pose(net):
    g = Graph()
    g.linear(g.points("input", net.body), net.angles, 30.0, output="angles")
    return g.model("head_pose", HeadPose.SIDE, [("angles", [1, 3])])


def face_detection(net, side=320):
    g = Graph()
    x = g.trunk("input", net.stem)
    levels = []
    for stage in net.stages:
        x = g.trunk(x, stage)
        levels.append(x)
    above, outputs = None, []
    for i in (2, 1, 0):
        here = g.conv(levels[i], net.across[i])
        if above is not None:
            scales = g.constant(np.array([1, 1, 2, 2], np.float32), half=False)
            big = g.add("Resize", [above, "", scales], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
            here = g.add("Add", [here, big])
        above = g.add("Relu", [here])
        head = net.heads[i]
        y = g.conv(g.conv(above, head[0][0], head[0][1], relu=True), head[1])
        stride = Detector.STRIDES[i]
        cells = (side // stride) ** 2
        y = g.add("Reshape", [y, g.constant(np.array([1, 15, cells], np.int64), half=False)])
        y = g.add("Transpose", [y], perm=[0, 2, 1])

        def part(a, b):
            cut = [g.constant(np.array([v], np.int64), half=False) for v in (a, b, 2)]
            return g.add("Slice", [y, *cut])

        face = part(0, 1)
        for kind in ("cls", "obj"):
            g.add("Sigmoid", [face], f"{kind}_{stride}")
            outputs.append((f"{kind}_{stride}", [1, cells, 1]))
        for kind, a, b in (("bbox", 1, 5), ("kps", 5, 15)):
            g.add("Identity", [part(a, b)], f"{kind}_{stride}")
            outputs.append((f"{kind}_{stride}", [1, cells, b - a]))
    return g.model("face_detection", side, outputs)


KINDS = {
    "embedding": (Embedder, embedding, SIDE),
    "landmarks": (Landmarks, landmarks, Landmarks.SIDE),
    "lids": (Lids, lids, Lids.SIDE),
    "head_pose": (HeadPose, head_pose, HeadPose.SIDE),
    "face_detection": (Detector, face_detection, 320),
}


def main():
    kind, checkpoint, out = sys.argv[1:4]
    make, write, side = KINDS[kind]
    net = make().eval()
    if checkpoint != "-":
        net.load_state_dict(weights(checkpoint))
    model = write(net)
    data = model.SerializeToString()
    open(out, "wb").write(data)
    import onnxruntime
    session = onnxruntime.InferenceSession(data)
    x = torch.rand(1, 3, side, side) * 2 - 1
    with torch.inference_mode():
        want = net(x)
    got = dict(zip([o.name for o in session.get_outputs()], session.run(None, {"input": x.numpy()})))
    if kind == "face_detection":
        want = [w[..., 5:] for w in want]
        got = [got[f"kps_{s}"] for s in Detector.STRIDES]
    else:
        want, got = (want if isinstance(want, tuple) else (want,)), list(got.values())
    worst = max(float((w - torch.from_numpy(h)).abs().max()) for w, h in zip(want, got))
    print(f"{out} {len(data)} bytes sha256 {hashlib.sha256(data).hexdigest()} largest difference {worst:.5f}")


if __name__ == "__main__":
    main()
