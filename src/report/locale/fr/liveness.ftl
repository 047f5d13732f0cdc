challenge-used = ce défi a déjà reçu une réponse
    .detail = { $file }
    .hint = Un défi sert une fois : en créer un autre avec titre challenge, le demander, enregistrer de nouveau.

gesture-tilt-left = penchez la tête vers votre épaule gauche, puis revenez
gesture-tilt-right = penchez la tête vers votre épaule droite, puis revenez

cue-pad-rectangle = bords droits du troisième côté du visage
cue-pad-grid = onde d’une trame sur le visage
cue-pad-surroundings = alentours fixes quand le visage bouge
cue-pad-plane = écart à un plan dans ce qui change
cue-pad-cut = coupe la plus nette
cue-pad-frozen = plus longue image figée (ms)
cue-pad-loop = différence avec tout passage antérieur
cue-pad-gap = plus longue absence du visage (ms)
cue-pad-jump = saut le plus fort du visage
cue-pad-second-face = regards avec un second visage

injection-heading = Signes d’injection (à titre d’évaluation : aucun ne décide)
sign-injection-encoder = nom d’un logiciel de montage ou de diffusion dans le fichier
sign-injection-intervals = gigue des temps (µs)
sign-injection-noise = part de l’image qui ne change jamais
sign-present = présent
sign-absent = absent

reason-challenge-too-early = les gestes commencent avant d’être demandés : un film fait d’avance ?
reason-challenge-out-of-time = { $gesture } a commencé à { $seen } s, son tour allait de { $opens } à { $closes } s : suivez les consignes
reason-challenge-gesture-weak = { $gesture ->
    [turn_left] tournez davantage vers votre gauche : { $seen } degrés vus, il en faut { $needed }
    [turn_right] tournez davantage vers votre droite : { $seen } degrés vus, il en faut { $needed }
    [tilt_left] penchez davantage la tête vers votre gauche : { $seen } degrés vus, il en faut { $needed }
    [tilt_right] penchez davantage la tête vers votre droite : { $seen } degrés vus, il en faut { $needed }
    [nod] hochez la tête plus nettement : { $seen } degrés vus, il en faut { $needed }
    [blink] fermez entièrement les yeux un instant, puis rouvrez-les
    [smile] souriez plus largement
   *[open_mouth] ouvrez davantage la bouche
}
reason-pad-edges-around-face = des bords droits entourent le visage, comme ceux d’une feuille ou d’un écran : placez-vous devant un mur uni
reason-pad-raster-seen = une trame couvre le visage, comme sur un écran ou une impression : filmez la personne, pas une image
reason-pad-surroundings-follow = les alentours bougent avec le visage, comme sur une seule image plate : gardez la caméra immobile
reason-pad-not-one-take = une coupe nette à { $at } s : filmez en une seule prise
reason-pad-frozen-picture = l’image est figée à partir de { $at } s : recommencez
reason-pad-looped-pictures = un passage revient à { $at } s : une boucle
reason-pad-face-missing = le visage manque trop longtemps à partir de { $at } s : gardez-le dans l’image
reason-pad-second-face-seen = un second visage est vu à { $at } s : soyez seul dans l’image

# titre liveness --curves
curves-written = Courbes écrites dans { $file }
curves-title = Indices des gestes au cours du temps
curves-turn = rotation (degrés ; haut : sa gauche)
curves-tilt = inclinaison (degrés ; haut : sa gauche)
curves-nod = hochement (degrés)
curves-blink = yeux fermés (1 = clos)
curves-smile = sourire (largeur et coins)
curves-open-mouth = bouche ouverte (distances des yeux)
curves-first = par le maillage
curves-second = par les seconds réseaux
curves-limit = limite
curves-window = fenêtre du défi
curves-found = geste trouvé
curves-seconds = secondes
curves-name-turn-left = tourner à gauche
curves-name-turn-right = tourner à droite
curves-name-tilt-left = pencher à gauche
curves-name-tilt-right = pencher à droite
curves-name-nod = hocher
curves-name-blink = cligner
curves-name-smile = sourire
curves-name-open-mouth = ouvrir la bouche
