"""spaCy's PhraseMatcher, and a plain dictionary of stems, on the rules and texts of tests/peers/run.

usage: peers.py ENGINE FOLDER RULES, where ENGINE is one of

  spacy_stems  PhraseMatcher over the stems (PyStemmer) of spaCy's tokens
  spacy_lower  PhraseMatcher with attr=LOWER, its usual use: forms, not stems
  dictionary   PyStemmer, and a look-up of each two and three words in a dict
"""

import re
import statistics
import sys
import time
from pathlib import Path

import spacy
import Stemmer
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

WARM_UP_PASSES = 6
PASSES = 7
PASS_SECONDS = 0.5
WORD = re.compile(r"\w+(?:['’]\w+)*")


def spacy_stems(phrases):
    """Returns what finds the rules of a text."""
    nlp = spacy.blank("en")
    stem_words = Stemmer.Stemmer("english").stemWords
    matcher = PhraseMatcher(nlp.vocab, attr="ORTH")

    def stems(text):
        tokens = nlp.tokenizer(text)
        return Doc(nlp.vocab, words=stem_words([token.lower_ for token in tokens]))

    for rule, phrase in enumerate(phrases):
        matcher.add(str(rule), [stems(phrase)])
    return lambda text: rules_of(nlp, matcher(stems(text)))


def spacy_lower(phrases):
    """Returns what finds the rules of a text."""
    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for rule, phrase in enumerate(phrases):
        matcher.add(str(rule), [nlp.tokenizer(phrase)])
    return lambda text: rules_of(nlp, matcher(nlp.tokenizer(text)))


def rules_of(nlp, matches):
    return {int(nlp.vocab.strings[match]) for match, _, _ in matches}


def dictionary(phrases):
    """Returns what finds the rules of a text."""
    stem_words = Stemmer.Stemmer("english").stemWords
    rules = {tuple(stem_words(phrase.split())): rule for rule, phrase in enumerate(phrases)}

    def find(text):
        stems = stem_words(WORD.findall(text.lower()))
        found = set()
        for phrase in (*zip(stems, stems[1:]), *zip(stems, stems[1:], stems[2:])):
            rule = rules.get(phrase)
            if rule is not None:
                found.add(rule)
        return found

    return find


def timed(work):
    """What `work` gave, and the seconds of a processor that this thread took for it."""
    start = time.thread_time()
    result = work()
    return result, time.thread_time() - start


def seconds_each(work):
    """The mean of as many times as take half a second: some clocks move in steps of 4 ms."""
    start = time.thread_time()
    times = 0
    while time.thread_time() - start < PASS_SECONDS:
        work()
        times += 1
    return (time.thread_time() - start) / times


def peak_mib():
    """The most memory this process ever had resident (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) // 1024


def main():
    engine, folder, rules = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    texts = (folder / "texts.txt").read_text().splitlines()
    phrases = (folder / "rules.txt").read_text().splitlines()[:rules]
    build = {"spacy_stems": spacy_stems, "spacy_lower": spacy_lower, "dictionary": dictionary}
    find, build_seconds = timed(lambda: build[engine](phrases))

    def find_all():
        return [find(text) for text in texts]

    for _ in range(WARM_UP_PASSES):
        seconds_each(find_all)
    seconds = statistics.median(seconds_each(find_all) for _ in range(PASSES))
    found = find_all()
    pairs = [f"{text}\t{rule}\n" for text, each in enumerate(found) for rule in sorted(each)]
    (folder / f"found/{engine}.{rules}.tsv").write_text("".join(pairs))
    microseconds = seconds * 1e6 / len(texts)
    print(engine, rules, f"{microseconds:.2f}", len(pairs), f"{build_seconds:.3f}", peak_mib(), sep="\t")


if __name__ == "__main__":
    main()
