#!/usr/bin/env python3
"""Writes expected.json: small sets of verdicts and what agreement measures must give for them.

Everything is computed here from the definitions, pair by pair and in exact fractions, so it shares no shortcut with the
program. Where a published implementation covers the case, it is asserted to give the same to 1e-9 first.
Needs scikit-learn, statsmodels and nltk (Debian: python3-sklearn python3-statsmodels python3-nltk).
"""
import json
import random
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import nltk
import sklearn
import statsmodels
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, interval_distance
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

CLOSE = 1e-9
checks = {"cohen": 0, "fleiss": 0, "alpha": 0}


def same(ours, theirs, what):
    assert abs(float(ours) - float(theirs)) < CLOSE, (what, float(ours), float(theirs))
    checks[what] += 1


def given(row):
    return [label for label in row if label is not None]


def percent(grid):
    shares = []
    for row in grid:
        pairs = list(combinations(given(row), 2))
        if pairs:
            shares.append(Fraction(sum(a == b for a, b in pairs), len(pairs)))
    return sum(shares) / len(shares) if shares else None


def shares(grid, labels):
    rows = [given(row) for row in grid if given(row)]
    return [sum(Fraction(row.count(c), len(row)) for row in rows) / len(rows) for c in range(labels)]


def corrected(observed, chance):
    return None if observed is None or chance == 1 else (observed - chance) / (1 - chance)


def fleiss(grid, labels):
    observed = percent(grid)
    if observed is None:
        return None
    value = corrected(observed, sum(p * p for p in shares(grid, labels)))
    if value is not None and len({len(given(row)) for row in grid}) == 1:
        same(value, fleiss_kappa([[row.count(c) for c in range(labels)] for row in grid]), "fleiss")
    return value


def ac1(grid, labels):
    observed = percent(grid)
    if observed is None or labels < 2:
        return None
    return corrected(observed, sum(p * (1 - p) for p in shares(grid, labels)) / (labels - 1))


def alpha(grid, labels, level, values):
    units = [given(row) for row in grid if len(given(row)) > 1]
    if not units:
        return None
    coincidences = [[Fraction(0)] * labels for _ in range(labels)]
    for unit in units:
        for i, a in enumerate(unit):
            for j, b in enumerate(unit):
                if i != j:
                    coincidences[a][b] += Fraction(1, len(unit) - 1)
    totals = [sum(row) for row in coincidences]
    n = sum(totals)

    def distance(c, k):
        low, high = min(c, k), max(c, k)
        if level == "nominal":
            return Fraction(c != k)
        if level == "ordinal":
            return (sum(totals[low:high + 1]) - (totals[low] + totals[high]) / 2) ** 2
        return (Fraction(values[c]) - Fraction(values[k])) ** 2

    cells = [(c, k) for c in range(labels) for k in range(labels)]
    observed = sum(coincidences[c][k] * distance(c, k) for c, k in cells) / n
    expected = sum(totals[c] * totals[k] * distance(c, k) for c, k in cells) / (n * (n - 1))
    if expected == 0:
        return None
    value = 1 - observed / expected
    if level != "ordinal":
        far = binary_distance if level == "nominal" else interval_distance
        task = AnnotationTask(
            [(f"r{r}", f"i{i}", float(values[label]) if level == "interval" else label)
             for i, row in enumerate(grid) if len(given(row)) > 1 for r, label in enumerate(row) if label is not None],
            distance=far)
        same(value, task.alpha(), "alpha")
    return value


def cohen(first, second, labels, weights):
    pairs = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    if not pairs:
        return None
    weight = {"none": lambda a, b: Fraction(a != b), "linear": lambda a, b: Fraction(abs(a - b)), "quadratic": lambda a, b: Fraction((a - b) ** 2)}[weights]
    observed = sum(weight(a, b) for a, b in pairs) / len(pairs)
    expected = sum(weight(a, b) for a, _ in pairs for _, b in pairs) / len(pairs) ** 2
    if expected == 0:
        return None
    value = 1 - observed / expected
    theirs = cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs], labels=list(range(labels)), weights=None if weights == "none" else weights)
    same(value, theirs, "cohen")
    return value


def number(value):
    return None if value is None else float(value)


def case(name, grid, labels, values=None):
    values = values or list(range(labels))
    columns = list(zip(*grid))
    pairs = []
    for a, b in combinations(range(len(columns)), 2):
        pairs.append({"first": a, "second": b, **{w: number(cohen(columns[a], columns[b], labels, w)) for w in ("none", "linear", "quadratic")}})
    means = {}
    for w in ("none", "linear", "quadratic"):
        defined = [p[w] for p in pairs if p[w] is not None]
        means[w] = sum(defined) / len(defined) if defined else None
    return {
        "name": name, "labels": labels, "values": [float(v) for v in values], "grid": grid,
        "percent": number(percent(grid)), "fleiss": number(fleiss(grid, labels)), "ac1": number(ac1(grid, labels)),
        "alpha": {level: number(alpha(grid, labels, level, values)) for level in ("nominal", "ordinal", "interval")},
        "cohen": pairs, "cohen_mean": means,
    }


def drawn(seed, items, raters, labels, missing, skew=1.0):
    source = random.Random(seed)
    weights = [skew ** c for c in range(labels)]
    rows = []
    for _ in range(items):
        truth = source.choices(range(labels), weights)[0]
        rows.append([None if source.random() < missing else truth if source.random() < 0.7 else source.choices(range(labels), weights)[0] for _ in range(raters)])
    return rows


KRIPPENDORFF = [list(row) for row in zip(
    (0, 1, 2, 2, 1, 0, 3, 0, 1, None, None, None),
    (0, 1, 2, 2, 1, 1, 3, 0, 1, 4, None, 2),
    (None, 2, 2, 2, 1, 2, 3, 1, 1, 4, 0, None),
    (0, 1, 2, 2, 1, 3, 3, 0, 1, 4, 0, None))]

CASES = [
    case("Krippendorff 2011, section D", KRIPPENDORFF, 5, [1, 2, 3, 4, 5]),
    case("two raters, two labels", drawn(1, 40, 2, 2, 0), 2),
    case("three raters, four labels", drawn(2, 30, 3, 4, 0), 4),
    case("five raters, a third missing", drawn(3, 50, 5, 3, 0.33), 3),
    case("five raters, two thirds missing", drawn(4, 60, 5, 4, 0.66), 4),
    case("uneven numbers as labels", drawn(5, 40, 4, 5, 0.2), 5, [-2, 0.5, 1, 10, 1000]),
    case("one label rare", drawn(6, 80, 3, 2, 0.1, 0.05), 2),
    case("ten raters, seven labels", drawn(7, 25, 10, 7, 0.4, 0.8), 7),
    case("a label that nobody gives", drawn(8, 30, 3, 3, 0), 5),
    case("all agree", [[c % 3] * 4 for c in range(12)], 3),
    case("two raters who always differ", [[c % 2, 1 - c % 2] for c in range(10)], 2),
    case("one label only", [[1, 1, 1]] * 8, 2),
    case("one rater only", [[c % 2, None] for c in range(8)], 2),
    case("a single item", [[0, 1, 1]], 2),
]

target = Path(__file__).with_name("expected.json")
made = {"made_with": {"scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__, "nltk": nltk.__version__}, "checked": checks, "cases": CASES}
target.write_text(json.dumps(made, indent=1).replace("\n     ", " ").replace("\n    ]", "]") + "\n")
print(checks)
