challenge-used = this challenge was answered before
    .detail = { $file }
    .hint = A challenge serves once: make a new one with titre challenge, ask it, record again.

gesture-tilt-left = tilt your head to your left shoulder, and back
gesture-tilt-right = tilt your head to your right shoulder, and back

cue-pad-rectangle = straight edges on the third side of the face
cue-pad-grid = a raster's wave over the face
cue-pad-surroundings = surroundings that stay while the face moves
cue-pad-plane = deviation from a plane in what changes
cue-pad-cut = hardest cut
cue-pad-frozen = longest frozen picture (ms)
cue-pad-loop = difference from any earlier stretch
cue-pad-gap = longest time without the face (ms)
cue-pad-jump = hardest jump of the face
cue-pad-second-face = looks with a second face

injection-heading = Signs of injection (evaluatory: none of them decides)
sign-injection-encoder = name of an editor or streamer in the file
sign-injection-intervals = jitter of the times (µs)
sign-injection-noise = part of the picture that never changes
sign-present = there
sign-absent = not there

reason-challenge-too-early = the gestures begin before they were asked for: a film made beforehand?
reason-challenge-out-of-time = { $gesture } began at { $seen } s, its turn was from { $opens } to { $closes } s: follow the prompts
reason-challenge-gesture-weak = { $gesture ->
    [turn_left] turn further to your left: { $seen } degrees were seen, { $needed } are needed
    [turn_right] turn further to your right: { $seen } degrees were seen, { $needed } are needed
    [tilt_left] tilt your head further to your left: { $seen } degrees were seen, { $needed } are needed
    [tilt_right] tilt your head further to your right: { $seen } degrees were seen, { $needed } are needed
    [nod] nod more deeply: { $seen } degrees were seen, { $needed } are needed
    [blink] close your eyes fully for a moment, then open them
    [smile] smile more broadly
   *[open_mouth] open your mouth wider
}
reason-pad-edges-around-face = straight edges stand around the face as a sheet or a screen has them: stand before a plain wall
reason-pad-raster-seen = a raster lies over the face as on a screen or a print: record the person, not a picture
reason-pad-surroundings-follow = the surroundings move with the face as on one flat picture: keep the camera still
reason-pad-not-one-take = a hard cut at { $at } s: record in one take
reason-pad-frozen-picture = the picture is frozen from { $at } s: record again
reason-pad-looped-pictures = a stretch comes a second time at { $at } s: a loop
reason-pad-face-missing = the face is missing from { $at } s for too long: keep it in the picture
reason-pad-second-face-seen = a second face is seen at { $at } s: be alone in the picture

# titre liveness --curves
curves-written = Curves written to { $file }
curves-title = Gesture evidence over time
curves-turn = turn (degrees; up: own left)
curves-tilt = tilt (degrees; up: own left)
curves-nod = nod (degrees)
curves-blink = eyes closed (1 = shut)
curves-smile = smile (widening and lift)
curves-open-mouth = open mouth (eye distances)
curves-first = by the mesh
curves-second = by the second networks
curves-limit = limit
curves-window = window of the challenge
curves-found = gesture found
curves-seconds = seconds
curves-name-turn-left = turn left
curves-name-turn-right = turn right
curves-name-tilt-left = tilt left
curves-name-tilt-right = tilt right
curves-name-nod = nod
curves-name-blink = blink
curves-name-smile = smile
curves-name-open-mouth = open mouth
