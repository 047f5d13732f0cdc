"""The loop that all networks are trained by: bf16, AdamW, a learning rate that falls along a cosine of the time left,
an average of the weights that is tested and kept."""

import json
import math
import os
import time

import cv2
import numpy as np
import torch

WARM_UP = 200    # steps until the full learning rate
AVERAGE = 0.998  # of the weights, from step to step


def arguments(ask, minutes, batch):
    """The options that every training takes."""
    ask.add_argument("--minutes", type=float, default=minutes)
    ask.add_argument("--batch", type=int, default=batch)
    ask.add_argument("--rate", type=float, default=2e-3)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--threads", type=int, default=1)
    ask.add_argument("--start", help="checkpoint to go on from")
    ask.add_argument("--every", type=float, default=2.5, help="minutes between tests")
    args = ask.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    return args


def weights(path):
    """The averaged weights of a checkpoint of one's own."""
    return torch.load(path, weights_only=False)["average"]


def tensor(images):
    """N,H,W,3 BGR of 0 to 255 as N,3,H,W RGB, (v - 127.5) / 128."""
    x = torch.from_numpy(np.ascontiguousarray(images[..., ::-1])).permute(0, 3, 1, 2).float()
    return ((x - 127.5) / 128).contiguous(memory_format=torch.channels_last)


def learn(make, args, batch, loss_of, check, decay=0.01):
    """Trains make() for args.minutes. batch() gives images and truth; loss_of(output, truth) the loss;
    check(network, last) a dict of figures, printed and stored with the weights in args.out."""
    net, average = make().to(memory_format=torch.channels_last), make()
    if args.start:
        net.load_state_dict(weights(args.start))
    average.load_state_dict(net.state_dict())
    groups = [
        {"params": [p for p in net.parameters() if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in net.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, args.rate, betas=(0.9, 0.98))
    step, losses, limit, ready = 0, [], args.minutes * 60, batch()

    def test(spent, last):
        average.eval()
        line = dict(minutes=round(spent / 60, 1), step=step, seen=step * args.batch, loss=float(np.mean(losses[-100:])), **check(average, last))
        print(json.dumps(line), flush=True)
        torch.save({"average": average.state_dict(), **line}, args.out + ".tmp")
        os.replace(args.out + ".tmp", args.out)

    began = tested = time.time()
    while (spent := time.time() - began) < limit:
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * spent / limit)) + 1e-6
        images, truth = ready
        with torch.autocast("cpu", torch.bfloat16):
            out = net(tensor(images))
        loss = loss_of(out, truth)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        step += 1
        keep = min(AVERAGE, (step + 1) / (step + 20))
        with torch.no_grad():
            for a, b in zip(average.state_dict().values(), net.state_dict().values()):
                a.lerp_(b, 1 - keep) if a.is_floating_point() else a.copy_(b)
        losses.append(loss.item())
        if time.time() - tested > args.every * 60:
            test(spent, last=False)
            tested = time.time()
        ready = batch()
    test(spent, last=True)
