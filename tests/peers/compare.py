"""Prints what tests/peers/run measured as one table, and whether the engines found the same.

usage: compare.py FOLDER, which holds results.tsv, rules.txt, texts.txt and found/ENGINE.RULES.tsv.
Each difference goes to differences.tsv there, with what stands between the words of the phrase.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import Stemmer

NAMES = {
    "voc": "voc, the whole stage `classify`",
    "dictionary": "Python: PyStemmer and a dict",
    "spacy_stems": "spaCy PhraseMatcher over stems",
    "spacy_lower": "spaCy PhraseMatcher, `LOWER`: no stems",
    "lucene": "Lucene Monitor, one text at a time",
    "lucene_batch": "Lucene Monitor, 100 texts at a time",
}
WORD = re.compile(r"\w+(?:['’]\w+)*")
STEMMER = Stemmer.Stemmer("english")


def print_table(rows, texts):
    ours = {row["rules"]: row["microseconds"] for row in rows if row["engine"] == "voc"}
    print("| engine | rules | µs per text | × voc | matches per text | build, s | peak memory, MiB |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        ratio = row["microseconds"] / ours[row["rules"]]
        print(
            f"| {NAMES[row['engine']]} | {row['rules']:,} | {row['microseconds']:,.1f} | {ratio:.1f} "
            f"| {row['matches'] / texts:.2f} | {row['build']:.2f} | {row['peak']} |"
        )


def found(folder, engine, rules):
    lines = (folder / f"found/{engine}.{rules}.tsv").read_text().splitlines()
    return {tuple(map(int, line.split("\t"))) for line in lines}


def reason(text, phrase):
    """Why one engine may find the phrase in the text, and another may not."""
    wanted = STEMMER.stemWords(phrase.split())
    words = list(WORD.finditer(text))
    stems = STEMMER.stemWords([word.group().lower() for word in words])
    reasons = set()
    for at in range(len(words)):
        if stems[at : at + len(wanted)] == wanted:
            pairs = zip(words[at:], words[at + 1 : at + len(wanted)])
            between = "".join(text[one.end() : other.start()] for one, other in pairs)
            if re.search(r"[.!?…]", between):
                reasons.add("over the end of a sentence")
            elif between.strip():
                reasons.add("over a comma, hyphen or bracket")
            else:
                first = text.rfind(" ", 0, words[at].start()) + 1
                around = text[first:].split(" ")[: len(wanted)]
                if not any(re.search(r"\w[^\w\s]+\w", word) for word in around):
                    return "UNEXPLAINED: the words stand side by side"
                reasons.add("beside a mark without a blank")
    return " and ".join(sorted(reasons)) or "a contraction or another stem"


def print_agreement(folder, rows, texts, phrases):
    with open(folder / "differences.tsv", "w") as differences:
        for row in rows:
            engine, rules = row["engine"], row["rules"]
            if rules == 0 or engine in ("voc", "spacy_lower", "lucene_batch"):
                continue
            ours, theirs = found(folder, "voc", rules), found(folder, engine, rules)
            both = len(ours & theirs)
            print(f"- {NAMES[engine]}, {rules:,} rules: both {both:,} ({both / max(1, len(ours | theirs)):.1%} of all)", end="")
            for whose, pairs in (("only voc", ours - theirs), ("only it", theirs - ours)):
                reasons = Counter()
                for text, rule in sorted(pairs):
                    why = reason(texts[text], phrases[rule])
                    reasons[why] += 1
                    print(engine, rules, whose, why, phrases[rule], texts[text], sep="\t", file=differences)
                told = ", ".join(f"{count:,} {why}" for why, count in reasons.most_common())
                print(f"; {whose} {len(pairs):,}" + (f" ({told})" if told else ""), end="")
            print()


def main():
    folder = Path(sys.argv[1])
    texts = (folder / "texts.txt").read_text().splitlines()
    phrases = (folder / "rules.txt").read_text().splitlines()
    columns = {"engine": str, "rules": int, "microseconds": float, "matches": int, "build": float, "peak": int}
    rows = []
    for line in (folder / "results.tsv").read_text().splitlines():
        rows.append({name: of(cell) for (name, of), cell in zip(columns.items(), line.split("\t"))})
    print_table(rows, len(texts))
    print("\nMatches (pairs of a text and a rule) that each engine over stems, and voc, have found:\n")
    print_agreement(folder, rows, texts, phrases)


if __name__ == "__main__":
    main()
