#!/usr/bin/env python3
"""How near to what is printed a figure of the README has to be."""

from readme import begins_with, tokens

AGREE = [
    ("6.909297426825682, 2.0", "6.909297426825680, 2.0"),
    ("96.9 %", "96.7 %"),
    ("[5.08143845 0.5]: the best", "[5.08143847 0.5]"),
    ("3.2e-15, 58 epochs", "0.0, 58 epochs"),
    ("≈ f = 0.0070, 30 iterations", "f = 0.0075, 29 iterations"),
]
DIFFER = [
    ("6.9092974", "7.4"),
    ("6.9092974", "6.9092979"),
    ("96.9 %", "99.9 %"),
    ("58 epochs", "59 epochs"),
    ("5.4e-04", "5.8e-04"),
    ("≈ f = 0.0070, 30 iterations", "f = 0.0080, 30 iterations"),
    ("3 paths", "3 ways"),
    ("inf", "1.0"),
]

for said, printed in AGREE:
    assert begins_with(said, tokens(printed)), f"{printed} is said to be {said}"
for said, printed in DIFFER:
    assert not begins_with(said, tokens(printed)), f"{printed} passes for {said}"
