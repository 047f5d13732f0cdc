trust-store-unreadable = le magasin de confiance ne peut pas être lu
    .detail = { $file }
    .hint = En créer un avec : titre csca import LISTE --signer CERTIFICAT -o MAGASIN
trust-store-empty = le magasin de confiance est vide
    .detail = { $file }
    .hint = Importer une liste avec : titre csca import LISTE --signer CERTIFICAT -o MAGASIN
trust-store-malformed = le magasin de confiance est mal formé
    .detail = { $file }
    .hint = Il a été modifié ou coupé ; importer de nouveau les listes.
trust-store-list-untrusted = la liste n’est pas signée par ce signataire
    .detail = { $file }
    .hint = Obtenir de nouveau la liste et le certificat auprès de l’autorité, par deux voies.
trust-store-list-malformed = la liste est mal formée
    .detail = { $file }
    .hint = Vérifier que c’est une liste CSCA (.ml) complète.
trust-store-list-older = la liste est plus ancienne que celle du magasin
    .detail = { $file }
    .hint = Importer la plus récente ; --force prend l’ancienne.
trust-store-certificate-not-found = pas de tel certificat dans le magasin de confiance
    .detail = { $fingerprint }
    .hint = titre csca list montre les empreintes ; en donner assez pour la distinguer.

# magasins de confiance
stage-csca-import = Import
heading-trust-store = Magasin de confiance
label-file = fichier
label-certificates = certificats
label-digest = SHA-256 du contenu
label-trusted-by-name = approuvé parce que vous l’avez nommé
label-fingerprint = empreinte SHA-256
label-list-signer = signataire de la liste
label-list-anchor = certificat épinglé (SHA-256)
label-list-date = signée le
label-new = nouveaux dans le magasin
label-gone = retirés du magasin
label-unreadable = certificats illisibles
label-tolerated = écarts tolérés
label-serial = numéro de série
label-valid = validité
label-key = clé
label-signature = signature
label-key-id = identifiant de clé
label-defects = écarts
label-source = source

# inspection : la page
inspection-verdict = Verdict : { $result }
heading-basis = Ce sur quoi il repose
heading-checks = Contrôles
label-document = document
label-expires-on = expire le
label-mrz = MRZ
label-provenance = provenance
label-signed-file = fichier signé
label-signer = signataire du document
label-csca = CSCA
label-store = magasin de confiance (SHA-256)
label-at = jugé au
label-profile = profil
requirement-does-not-count = ne compte pas dans ce profil
strength-transferable = vérifiable par quiconque
strength-witnessed = constaté par ce terminal seulement
result-successful = réussi
result-failed = ÉCHEC
result-undetermined = indéterminé
result-not-supported = non pris en charge
result-aborted = interrompu

# inspection : les contrôles
check-inspection = Inspection
check-access = Accès à la puce
check-access-protocol = Protocole d’accès
check-access-card-access = EF.CardAccess face à DG14 signé
check-passive-authentication = Authentification passive
check-passive-authentication-sod = Objet signé
check-passive-authentication-sod-structure = Structure et type de contenu
check-passive-authentication-sod-signed-attributes = Attributs signés
check-passive-authentication-sod-signature = Signature
check-passive-authentication-signer = Certificat du signataire
check-passive-authentication-chain = Émis par une CSCA de confiance
check-passive-authentication-validity = Validité des certificats
check-passive-authentication-validity-at-signing = Validité à la signature
check-passive-authentication-revocation = Révocation
check-passive-authentication-conformity = Conformité de la signature
check-data-groups = Groupes de données
check-data-groups-com = EF.COM face à EF.SOD
check-data-groups-dg1-hash = DG1 face à EF.SOD
check-data-groups-dg2-hash = DG2 face à EF.SOD
check-data-groups-dg3-hash = DG3 face à EF.SOD
check-data-groups-dg4-hash = DG4 face à EF.SOD
check-data-groups-dg5-hash = DG5 face à EF.SOD
check-data-groups-dg6-hash = DG6 face à EF.SOD
check-data-groups-dg7-hash = DG7 face à EF.SOD
check-data-groups-dg8-hash = DG8 face à EF.SOD
check-data-groups-dg9-hash = DG9 face à EF.SOD
check-data-groups-dg10-hash = DG10 face à EF.SOD
check-data-groups-dg11-hash = DG11 face à EF.SOD
check-data-groups-dg12-hash = DG12 face à EF.SOD
check-data-groups-dg13-hash = DG13 face à EF.SOD
check-data-groups-dg14-hash = DG14 face à EF.SOD
check-data-groups-dg15-hash = DG15 face à EF.SOD
check-data-groups-dg16-hash = DG16 face à EF.SOD
check-chip-authenticity = Authenticité de la puce
check-chip-authenticity-active-authentication = Authentification active
check-chip-authenticity-chip-authentication = Authentification de la puce
check-document = Document
check-document-issuing-state = État émetteur face au signataire
check-document-expiry = Expiration

# inspection : les raisons
reason-file-missing = { $file } manque
reason-malformed = { $file } est mal formé : { $problem }
reason-content-type = le type de contenu est { $found } et non { $expected }
reason-nothing-to-check = { $missing ->
    [signer_certificate] le certificat du signataire
   *[other] { $missing }
 } n’a pu être lu
    .remedy = Voir le contrôle de { $missing ->
        [signer_certificate] ce certificat
       *[other] { $missing }
     } ; quand il pourra être lu, ceci pourra être jugé.
reason-content-type-not-signed = le contenu dit { $found }, la signature { $expected }
reason-message-digest = l’empreinte signée n’est pas celle du contenu
reason-signed-attributes = { $problem }
reason-signature = { $problem }
reason-curve-parameters = { $problem }
reason-algorithm-not-supported = non pris en charge par titre : { $problem }
    .remedy = Une version ultérieure de titre le connaîtra peut-être ; signaler les algorithmes du document, jamais ses données.
reason-signer-certificate-missing = le certificat du signataire n’est pas dans le fichier : chercher le numéro de série ou l’identifiant de clé { $number }, émis par { $issuer }
    .remedy = Chercher le certificat dans le PKD de l’OACI (son LDIF des signataires), ou le demander à l’autorité qui a délivré le document.
reason-signer-is-ca = le signataire est une autorité de certification
reason-signer-key-usage = la clé du signataire ne peut signer de documents
reason-signer-of-another-kind = le certificat a un autre usage : { $purposes }
reason-critical-extension = extension critique inconnue { $extension }
    .remedy = Une version ultérieure de titre la connaîtra peut-être ; d’ici là, nul ne peut dire à quoi la clé peut servir.
reason-signer-country = le signataire est de { $subject }, son émetteur de { $issuer }
reason-csca-country = le signataire est de { $country }, la CSCA de { $csca }
reason-chain-signature = la CSCA de { $country } de clé { $key_id } n’a pas signé ce certificat
reason-csca-missing = le magasin n’a pas de CSCA de { $country } de clé { $key_id } ({ $issuer })
    .remedy = Importer une liste plus récente qui a { $country } (de l’OACI, ou d’une autorité comme l’allemande) : titre csca import LISTE --signer CERTIFICAT -o MAGASIN. Certains pays ne publient la leur que sur leurs propres pages.
reason-certificate-expired = le certificat ({ $certificate }) a expiré le { $not_after }
reason-certificate-not-yet-valid = le certificat ({ $certificate }) n’est valide qu’à partir du { $not_before } ; l’horloge est-elle juste ?
    .remedy = Régler l’horloge, ou nommer l’instant du jugement avec --at.
reason-csca-validity-unknown = la CSCA de { $country } de clé { $key_id } n’est pas connue
    .remedy = Importer la CSCA : voir le contrôle de l’émetteur.
reason-no-signing-time = le signataire ne dit pas quand il a signé
reason-signed-outside-validity = signé le { $signed_at }, hors de la validité du certificat
reason-signed-outside-key-usage-period = signé le { $signed_at }, hors de la période d’usage de la clé
reason-no-revocation-list = pas de liste de révocation
    .remedy = Obtenir la liste de révocation de la CSCA auprès du PKD de l’OACI ou du pays.
reason-deviations = { $deviations }
reason-not-in-sod = il a été lu, et EF.SOD ne le liste pas
reason-hash = son empreinte n’est pas celle d’EF.SOD : il a été modifié
reason-not-read = EF.SOD liste { $file } ; il n’a pas été lu : { $why ->
    [refused] la puce l’a refusé
    [malformed] la puce a donné autre chose
    [too_large] il est plus grand que ce que titre lit
    [not_needed] titre n’en avait pas l’usage
   *[other] rien ne dit pourquoi
 }
    .remedy = Lire de nouveau le document (titre read) et le laisser sur le lecteur jusqu’à la fin.
reason-file-malformed = EF.SOD le liste ; la puce a donné autre chose
reason-not-read-by-policy = empreintes et iris ne sont jamais lus
reason-no-com = il n’y a pas d’EF.COM
reason-com-unknown-tag = EF.COM liste l’étiquette inconnue { $tag }
reason-com-differs = dans EF.COM seul : { $only_in_com } ; dans EF.SOD seul : { $only_in_sod }
reason-no-mrz = { $file } n’a pu être lu
    .remedy = Lire de nouveau le document (titre read) ; sans sa zone lisible, il n’y a rien à comparer.
reason-no-expiry-date = la MRZ n’a pas de date d’expiration
    .remedy = Regarder la date imprimée sur le document.
reason-document-expired = expiré le { $expired_on }
reason-unknown-state = État inconnu { $state }
    .remedy = Comparer le code imprimé de l’émetteur avec le Doc 9303-3 section 5 ; un document d’aucun émetteur listé est jugé par une personne.
reason-signer-without-country = le certificat du signataire n’a pas de pays ({ $subject })
    .remedy = Demander à l’autorité émettrice quels certificats sont les siens ; titre csca show montre ceux du magasin.
reason-state-differs = la MRZ dit { $state }, le signataire est de { $signer }
reason-no-access = la lecture ne dit pas comment l’accès fut obtenu
    .remedy = Lire de nouveau le document avec cette version de titre.
reason-downgraded-to-bac = la puce offre PACE et fut lue avec BAC
reason-pace-variant-not-supported = la puce n’offre que des variantes de PACE que titre ne parle pas : { $variants }
reason-card-access-hidden = { $signed_in } dit que la puce parle PACE ; EF.CardAccess n’est pas là
reason-no-card-access = la puce n’a pas d’EF.CardAccess
reason-pace-not-signed = DG14 ne dit rien de PACE
reason-card-access-differs = EF.CardAccess offre d’autres variantes de PACE que { $signed_in }
reason-key-file-missing = EF.SOD liste { $file } avec la clé de la puce ; il n’a pas été lu
reason-not-offered = le document ne l’a pas
reason-not-performed = le document a une clé pour cela dans { $file } ; elle n’a pas été faite
    .remedy = Lire de nouveau le document (titre read), sur un lecteur ; une copie des fichiers ne peut prouver que la puce est authentique.
reason-chip-gave-no-proof = la puce n’a pas prouvé qu’elle a la clé : { $problem }
reason-chip-signature = la réponse de la puce n’a pas été faite avec la clé de DG15
reason-key-not-in-dg14 = la clé ou le protocole utilisés ne sont pas dans DG14
reason-key-file-not-authentic = { $file }, qui a la clé, a échoué à l’authentification passive
reason-key-file-not-authenticated = { $file }, qui a la clé, n’a pu être authentifié
    .remedy = Remédier d’abord à ce qui manque à l’authentification passive : voir ses contrôles.
