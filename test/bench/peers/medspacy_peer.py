"""medspaCy on the same reports: sections, sentences, target rules for what a prostate report says, and ConText."""

import json
import logging
import sys
import time
from importlib.metadata import version

logging.disable(logging.CRITICAL)
try:
    from loguru import logger

    logger.remove()
except ImportError:
    pass

import medspacy
from medspacy.ner import TargetRule

with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)

nlp = medspacy.load(
    medspacy_enable=["medspacy_pyrush", "medspacy_target_matcher", "medspacy_context", "medspacy_sectionizer"]
)
number = {"LIKE_NUM": True}
nlp.get_pipe("medspacy_target_matcher").add(
    [
        TargetRule("lesion", "LESION", pattern=[{"LOWER": {"IN": ["lesion", "lesions", "nodule", "focus", "herd", "laesie"]}}]),
        TargetRule("PI-RADS", "PIRADS", pattern=[{"LOWER": {"REGEX": r"^pi-?rads$"}}, {"OP": "{0,3}"}, number]),
        TargetRule("pi rads", "PIRADS", pattern=[{"LOWER": "pi"}, {"TEXT": "-"}, {"LOWER": "rads"}, {"OP": "{0,3}"}, number]),
        TargetRule("size", "SIZE", pattern=[number, {"LOWER": {"IN": ["mm", "cm"]}}]),
        TargetRule("size 2", "SIZE", pattern=[number, {"LOWER": "x"}, number, {"LOWER": {"IN": ["mm", "cm"]}}]),
        TargetRule("PSA", "PSA", pattern=[{"LOWER": "psa"}, {"OP": "{0,3}"}, number]),
        TargetRule("volume", "VOLUME", pattern=[{"LOWER": "volume"}, {"OP": "{0,4}"}, number]),
        TargetRule("gleason", "GLEASON", pattern=[{"LOWER": "gleason"}, {"OP": "{0,3}"}, number, {"TEXT": "+"}, number]),
        TargetRule("grade group", "ISUP", pattern=[{"LOWER": "grade"}, {"LOWER": "group"}, number]),
        TargetRule("adenocarcinoma", "CANCER"),
        TargetRule("peripheral zone", "ZONE"),
        TargetRule("transition zone", "ZONE"),
        TargetRule("extraprostatic extension", "EPE"),
        TargetRule("perineural invasion", "PNI"),
    ]
)
print(f"medspaCy {version('medspacy')}", flush=True)

for _ in sys.stdin:
    start = time.process_time()
    for text in texts:
        nlp(text)
    print(time.process_time() - start, flush=True)
