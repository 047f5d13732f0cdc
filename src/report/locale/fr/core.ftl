# Terms that are not translated: PACE, BAC, MRZ, CAN, EF.SOD, CSCA, SD-JWT, H.264.

explain-more = En savoir plus : titre explain { $code }
label-exit = code de sortie

internal = erreur interne
    .hint = C’est un défaut de titre. Merci de le signaler avec la commande exécutée.
usage = ligne de commande incorrecte
    .hint = Voir titre --help, ou titre COMMANDE --help pour des exemples.
usage-not-built = cette version n’a pas cette fonction
    .detail = { $feature } ne fait pas partie de cette version
    .hint = Installer avec : cargo install --path . --features { $feature }
usage-secret-missing = il manque un secret
    .hint = Le donner avec --mrz-file, --can-file ou leurs formes -fd, ou définir { $variable } ; aucune option ne prend un secret en valeur.
usage-unknown-topic = rien à expliquer sous ce nom
    .detail = { $topic }
    .hint = titre explain liste tous les codes.
input-unreadable = le fichier ne peut pas être lu
    .detail = { $file }
    .hint = Vérifier le chemin et ses droits.
input-too-large = le fichier est trop grand
    .detail = { $file } dépasse { $limit } octets
    .hint = Vérifier que c’est le bon fichier.
input-malformed = le fichier n’est pas ce qu’il devrait être
    .detail = { $file }
    .hint = Vérifier que c’est le bon fichier et qu’il est complet.
input-time = ce n’est pas une date
    .detail = { $value }
    .hint = Écrire selon RFC 3339, par exemple 2026-05-28T12:00:00Z.
output-exists = la sortie existe déjà
    .detail = { $file }
    .hint = Choisir un autre nom, ou --force pour remplacer.
output-unwritable = la sortie ne peut pas être écrite
    .detail = { $file }
    .hint = Vérifier que le dossier existe et est accessible en écriture ; rien n’a été laissé.
interrupted = interrompu
    .hint = Rien n’a été écrit.
terminated = arrêté
    .hint = Rien n’a été écrit.

# titre demo
label-seconds = secondes
stage-demo = démonstration
demo-intro = Un passeport spécimen est créé, lu, vérifié et enrôlé. Chaque ligne qui commence par $ peut être tapée telle quelle.
demo-step = { $number }. { $title }
demo-specimen = Un document spécimen et sa puce
demo-trust = Un magasin de confiance, depuis sa liste signée
demo-read = Lire la puce et enregistrer la session
demo-verify = Le document est-il authentique ?
demo-portrait = Le portrait de la puce
demo-consent = Consentement du titulaire
demo-challenge = Un défi imprévisible
demo-video = Le titulaire joue le défi (rendu de synthèse)
demo-enroll = Enrôler : document, vivacité, comparaison, signature
demo-attest = Vu par un autre programme : vérifier l’attestation
demo-again = Non réussi ({ $code }). Le titulaire est invité à recommencer, avec un nouveau défi.
demo-result = L’attestation
demo-outro = Tous les fichiers sont dans { $folder }. Le document est un spécimen et sa personne est générée : l’attestation est marquée comme test.
