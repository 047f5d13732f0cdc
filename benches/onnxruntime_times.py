"""Holds titre's times (benches/face.rs, JSON on standard input) against onnxruntime's, on the same model files, the
same picture and the same machine, one thread and all cores.

All cores: titre runs a network on each core by itself, so onnxruntime does too, with one thread each; its own way of
using several threads for one run is printed beside it.
"""

import json
import os
import sys
import threading
import time

import numpy
import onnxruntime


def picture(shape):
    """The tensor that benches/face.rs makes, by the manifest's input."""
    _, _, height, width = shape["shape"]
    y, x, channel = numpy.mgrid[0:height, 0:width, 0:3]
    pixels = ((x * 7 + y * 13 + channel * 101) % 256).astype(numpy.float32)
    if shape["colour"] == "bgr":
        pixels = pixels[:, :, ::-1]
    pixels = (pixels - shape["subtract"]) / shape["divide"]
    return numpy.ascontiguousarray(pixels.transpose(2, 0, 1)[None], dtype=numpy.float32)


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def shortest(runs, work):
    for _ in range(3):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def on_all_cores(cores, runs, work):
    def repeat():
        for _ in range(runs):
            work()

    threads = [threading.Thread(target=repeat) for _ in range(cores)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - start) * 1e3 / (cores * runs)


def main():
    folder = sys.argv[1]
    titre = json.load(sys.stdin)
    cores, runs = titre["cores"], titre["runs"]
    print(f"{cores} cores, {runs} runs of each, milliseconds; onnxruntime {onnxruntime.__version__}; "
          f"titre in the {titre['profile']} profile")
    head = f"{'':34}{'one thread':^27}{'a thread on each core':^27}{'one run, all threads':>22}"
    print(head)
    print(f"{'':34}" + f"{'titre':>9}{'ort':>9}{'ratio':>9}" * 2 + f"{'ort':>22}")

    def line(name, ours, theirs, whole):
        columns = "".join(f"{a:9.2f}{b:9.2f}{a / b:9.2f}" for a, b in zip(ours, theirs))
        print(f"{name:34}{columns}{whole:22.2f}")

    frame = []
    for name, entry in titre["networks"].items():
        path = os.path.join(folder, entry["file"])
        tensor = picture(entry["input"])

        def runner(threads):
            run = session(path, threads)
            feed = {run.get_inputs()[0].name: tensor}
            return lambda: run.run(None, feed)

        alone, whole = runner(1), runner(cores)
        line(name, (entry["one_thread_ms"], entry["all_cores_ms"]),
             (shortest(runs, alone), on_all_cores(cores, runs, alone)), shortest(runs, whole))
        frame += [(alone, whole)] * entry["times_a_frame"]

    def all_of(which):
        return lambda: [work[which]() for work in frame]

    few = -(-runs // 3)
    ours = titre["frame"]
    line("all networks of one frame", (ours["one_thread_ms"], ours["all_cores_ms"]),
         (shortest(few, all_of(0)), on_all_cores(cores, few, all_of(0))), shortest(few, all_of(1)))
    video = titre["video"]
    if video:
        print(f"{'one video, decoded and analysed':34}{video['ms']:9.0f}    "
              f"{video['seconds']} s, {video['pictures']} pictures of 1280x720, all cores")


main()
