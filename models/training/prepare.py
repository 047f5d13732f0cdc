"""From folders of pictures to what the networks learn from: aligned crops and the teachers' answers.

    python prepare.py faces|landmarks|pictures RAW TEACHERS OUT SET[:LIMIT]...

RAW/SET holds pictures in any layout. `faces` is for embedder.py, `landmarks` for landmarks.py, `pictures` for
detector.py. Everything written stays outside the repository.
"""

import glob
import os
import pickle
import sys
import time

import cv2
import numpy as np

import truth
from teachers import ARCFACE, EYES, REID, Teachers, apply, planes, similarity, square, warp

KINDS = (".jpg", ".jpeg", ".png", ".bmp", ".pgm", ".ppm", ".webp")
MARGIN = 8          # pixels around the template of 112
LONGEST = {"faces": 1600, "landmarks": 560, "pictures": 1600}


def images(folder, limit, longest):
    files = sorted(f for f in glob.glob(f"{folder}/**/*", recursive=True) if f.lower().endswith(KINDS))
    if limit:
        np.random.default_rng(5).shuffle(files)
    for done, file in enumerate(files[:limit]):
        image = cv2.imread(file, cv2.IMREAD_COLOR)
        if image is None or min(image.shape[:2]) < 48:
            continue
        scale = longest / max(image.shape[:2])
        if scale < 1:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if done % 1000 == 999:
            print(folder, done + 1, len(files[:limit]), flush=True)
        yield os.path.relpath(file, folder), image, min(scale, 1)


def faces(teachers, pictures, out, _):
    """SET.crops.npy N,128,128,3 BGR; SET.npz names, score, kp N,5,2, box N,4, z N,128, r N,256."""
    crops, names, scores, points, boxes, vectors, waiting = [], [], [], [], [], [], []
    for name, image, _ in pictures:
        face = teachers.main_face(image)
        if face is None or np.linalg.norm(face[2][0] - face[2][1]) < 8:
            continue
        score, box, five = face
        ours = warp(image, similarity(five, ARCFACE), 112)[:, :, ::-1]
        theirs = warp(image, similarity(five, REID), 128)
        waiting.append((planes(ours)[0], planes(theirs)[0]))
        crops.append(warp(image, similarity(five, ARCFACE + MARGIN), 128))
        names.append(name), scores.append(score), points.append(five), boxes.append(box)
        if len(waiting) == 64:
            vectors.append(teachers.embeddings(waiting))
            waiting = []
    if waiting:
        vectors.append(teachers.embeddings(waiting))
    vectors = np.concatenate(vectors).astype(np.float32)
    np.save(f"{out}.crops.npy", np.stack(crops))
    np.savez(f"{out}.npz", names=np.array(names), score=np.float32(scores), kp=np.stack(points), box=np.float32(boxes), z=vectors[:, :128], r=vectors[:, 128:])
    return len(crops)


def landmarks(teachers, pictures, out, known):
    """Crops of the face (mc), beside it (nc), upright (pc), of the eyes (ec); in SET.npz what the teachers say, bent to
    what is known."""
    rng, got = np.random.default_rng(5), {k: [] for k in ("mc", "mp", "ml", "nc", "nl", "pc", "pp", "ec", "ep")}
    for name, image, scale in pictures:
        border = int(0.5 * max(image.shape[:2]))
        image = cv2.copyMakeBorder(image, *[border] * 4, cv2.BORDER_CONSTANT)
        face = max(teachers.faces(image), key=lambda f: f[0] * f[1][2], default=None)
        if face is None or max(face[1][2:]) < 60:
            continue
        _, box, five = face
        centre, long = box[:2] + box[2:] / 2, max(box[2:])
        roll = np.arctan2(five[1, 1] - five[0, 1], five[1, 0] - five[0, 0])
        mesh, logit = teachers.mesh(image, centre, long * 1.5, roll)
        if name in known and logit > 2:
            mesh = truth.bend(mesh, {point: np.array(at) * scale + border for point, at in known[name].items()})
            if mesh is None:
                continue
        stored = square(centre, long * 2.0, roll, 160)
        shown = mesh.copy()
        shown[:, :2] = apply(stored, mesh[:, :2])
        shown[:, 2] *= 160 / (long * 2.0)
        got["mc"].append(warp(image, stored, 160)), got["mp"].append(shown.astype(np.float16)), got["ml"].append(logit)
        if rng.random() < 0.25:
            way = rng.uniform(0, 2 * np.pi)
            beside = centre + rng.uniform(0.45, 1.0) * long * np.array([np.cos(way), np.sin(way)])
            _, logit_beside = teachers.mesh(image, beside, long * 1.5, roll)
            got["nc"].append(warp(image, square(beside, long * 2.0, roll, 160), 160)), got["nl"].append(logit_beside)
        got["pc"].append(warp(image, square(centre, long * 2.0, 0, 96), 96))
        got["pp"].append(teachers.pose(warp(image, square(centre, long * 1.6, 0, 64), 64)))
        if logit < 2:
            continue
        for (one, other), mirror in zip(EYES, (True, False)):
            a, b = mesh[one, :2], mesh[other, :2]
            width = np.linalg.norm(b - a) * 2.3
            if width < 20:
                continue
            angle, middle = np.arctan2(b[1] - a[1], b[0] - a[0]), (a + b) / 2
            flip = (lambda x: np.ascontiguousarray(x[:, ::-1])) if mirror else (lambda x: x)
            contour = teachers.contour(flip(warp(image, square(middle, width, angle, 64), 64)))
            got["ec"].append(flip(warp(image, square(middle, width * 1.4, angle, 96), 96)))
            got["ep"].append(((contour - 31.5) * (96 / 1.4 / 64) + 47.5).astype(np.float16))
    for kind in ("mc", "nc", "pc", "ec"):
        np.save(f"{out}.{kind}.npy", np.stack(got[kind]))
    np.savez(f"{out}.npz", mp=np.stack(got["mp"]), ml=np.float32(got["ml"]), nl=np.float32(got["nl"]), pp=np.float32(got["pp"]), ep=np.stack(got["ep"]))
    return len(got["mc"])


def pictures_of(teachers, pictures, out, _):
    """SET.pkl: JPEG of at most 288 pixels, scores, boxes and points of all faces that YuNet finds at 640."""
    records = []
    for _, image, _ in pictures:
        border = int(0.3 * max(image.shape[:2]))
        found = teachers.faces(cv2.copyMakeBorder(image, *[border] * 4, cv2.BORDER_CONSTANT), 640, 0.3)
        scale = min(1, 288 / max(image.shape[:2]))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
        jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
        boxes = np.float32([(box - [border, border, 0, 0]) * scale for _, box, _ in found]).reshape(-1, 4)
        points = np.float32([(five - border) * scale for _, _, five in found]).reshape(-1, 5, 2)
        records.append((jpeg, np.float32([score for score, _, _ in found]), boxes, points))
    with open(f"{out}.pkl", "wb") as file:
        pickle.dump(records, file)
    return len(records)


def main():
    what, raw, models, out, *sets = sys.argv[1:]
    cv2.setNumThreads(1)
    os.makedirs(out, exist_ok=True)
    teachers = Teachers(models)
    make = {"faces": faces, "landmarks": landmarks, "pictures": pictures_of}[what]
    for each in sets:
        name, _, limit = each.partition(":")
        if glob.glob(f"{out}/{name}.npz") + glob.glob(f"{out}/{name}.pkl"):
            continue
        began = time.time()
        kept = make(teachers, images(f"{raw}/{name}", int(limit) if limit else None, LONGEST[what]), f"{out}/{name}", truth.of(f"{raw}/{name}"))
        print(f"{what} {name}: {kept} in {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
