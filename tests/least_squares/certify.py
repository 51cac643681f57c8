#!/usr/bin/env python3
"""Ten problems of nonlinear least squares, made here, and their minima to 50 digits.

A problem is a table of data, the residuals r(b) of a model with parameters b, and two starts, one near and one far. The
minimum of C(b) = 1/2 sum r(b)^2 is found by Newton's steps in arithmetic of 120 digits, with derivatives of C by central
differences whose error is of the order of 10^-60. It is certified when

  * the last step changes no parameter by more than 10^-50 of its size,
  * the Hessian is positive definite there.

Nothing of Nabla has a part in this. The data are decimal numbers with few digits, so that every machine reads the same.

  certify.py > certified.hpp        writes the problems for least_squares_test.cpp
  certify.py --check certified.hpp  fails when the file holds something else

It needs mpmath (Debian: python3-mpmath).
"""

import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import Callable

try:
    from mpmath import cholesky, cos, exp, lu_solve, matrix, mp, mpf, nstr, sqrt
except ImportError:
    print("There is no mpmath here; install the Debian package python3-mpmath")
    sys.exit(77)  # skipped, for ctest

mp.dps = 120
STEP = mpf(10) ** -30  # of the differences, relative to a parameter
CERTIFIED = mpf(10) ** -50


@dataclass
class Problem:
    name: str
    says: str
    columns: list[list[str]]  # of the data, decimal
    residual: Callable  # of b and a row of the data
    near: list[str]
    far: list[str]


def noise(seed: int):
    """Numbers from -1 to 1, by a linear congruence modulo 2^31."""
    while True:
        seed = (1103515245 * seed + 12345) % 2**31
        yield mpf(2 * (seed >> 8)) / (2**23 - 1) - 1


def measured(model: Callable, b: list[str], xs: list[str], size: str, decimals: int, seed: int) -> list[list[str]]:
    """The columns x and y, where y is the model with uniform noise of the given size, rounded."""
    errors = noise(seed)
    parameters = [mpf(t) for t in b]
    ys = [model(parameters, mpf(x)) + mpf(size) * next(errors) for x in xs]
    return [xs, [decimal(y, decimals) for y in ys]]


def decimal(y: mpf, decimals: int) -> str:
    return str(Decimal(int(mp.nint(y * mpf(10) ** decimals))).scaleb(-decimals))


def numbers(first: int, last: int, divisor: int = 1) -> list[str]:
    return [str(Decimal(k) / divisor) for k in range(first, last + 1)]


def fit(name: str, says: str, model: Callable, columns: list[list[str]], near: list[str], far: list[str]) -> Problem:
    return Problem(name, says, columns, lambda b, x, y: model(b, x) - y, near, far)


def two_decays(b, t):
    return b[0] * exp(-b[1] * t) + b[2] * exp(-b[3] * t)


def logistic_growth(b, t):
    return b[0] / (1 + exp(b[1] - b[2] * t))


def rational(b, x):
    return (b[0] + b[1] * x + b[2] * x**2) / (1 + b[3] * x + b[4] * x**2)


def damped_oscillation(b, t):
    return b[0] * exp(-b[1] * t) * cos(b[2] * t + b[3])


def two_peaks(b, x):
    peak = lambda height, centre, width: height * exp(-(((x - centre) / width) ** 2))
    return b[0] * exp(-b[1] * x) + peak(*b[2:5]) + peak(*b[5:8])


def michaelis_menten(b, concentration):
    return b[0] * concentration / (b[1] + concentration)


def arrhenius(b, temperature):
    return b[0] * exp(-b[1] / temperature)


def saturation(b, x):
    return b[0] * (1 - exp(-b[1] * x))


def circle(b, x, y):
    return sqrt((x - b[0]) ** 2 + (y - b[1]) ** 2) - b[2]


def trilateration(b, x, y, z, distance):
    return sqrt((x - b[0]) ** 2 + (y - b[1]) ** 2 + (z - b[2]) ** 2) - distance


PROBLEMS = [
    fit(
        "two_decays",
        "the sum of two exponential decays",
        two_decays,
        measured(two_decays, ["6.2", "1.7", "3.1", "0.24"], numbers(0, 31, 4), "0.02", 3, seed=1),
        near=["6", "1.5", "3", "0.2"],
        far=["1", "3", "1", "0.05"],
    ),
    fit(
        "logistic_growth",
        "a population that grows to its limit",
        logistic_growth,
        measured(logistic_growth, ["760", "4.4", "0.53"], numbers(0, 20), "9", 1, seed=2),
        near=["700", "4", "0.5"],
        far=["200", "1", "0.1"],
    ),
    fit(
        "rational",
        "a quotient of two quadratic polynomials",
        rational,
        measured(rational, ["0.8", "2.3", "0.9", "-0.4", "0.35"], numbers(-12, 16, 4), "0.03", 3, seed=3),
        near=["1", "2", "1", "-0.3", "0.3"],
        far=["0", "0", "0", "0", "0.1"],
    ),
    fit(
        "damped_oscillation",
        "a damped oscillation, by amplitude, damping, frequency and phase",
        damped_oscillation,
        measured(damped_oscillation, ["2.6", "0.21", "3.3", "0.7"], numbers(0, 39, 5), "0.08", 3, seed=4),
        near=["2.5", "0.2", "3.25", "0.6"],
        far=["1", "0.01", "2.7", "1.4"],
    ),
    fit(
        "two_peaks",
        "two Gaussian peaks that overlap, on an exponential background",
        two_peaks,
        measured(
            two_peaks, ["12", "0.11", "31", "4.1", "1.3", "19", "7.2", "1.8"], numbers(0, 48, 4), "0.6", 2, seed=5
        ),
        near=["12", "0.1", "30", "4", "1.2", "20", "7", "2"],
        far=["5", "0.3", "20", "3", "1", "10", "9", "1"],
    ),
    fit(
        "michaelis_menten",
        "the rate of an enzyme's reaction, in mol/(l s), by concentration, in mol/l; badly scaled",
        michaelis_menten,
        measured(
            michaelis_menten,
            ["4.7e-7", "2.9e-3"],
            ["2e-4", "5e-4", "1e-3", "1.5e-3", "2e-3", "3e-3", "5e-3", "8e-3", "1.2e-2", "2e-2"],
            "6e-9",
            10,
            seed=6,
        ),
        near=["5e-7", "3e-3"],
        far=["1e-6", "3e-2"],
    ),
    fit(
        "arrhenius",
        "the rate of a reaction by absolute temperature; badly scaled, and the parameters are almost dependent",
        arrhenius,
        measured(arrhenius, ["38000", "3900"], [str(t) for t in range(290, 451, 10)], "0.08", 3, seed=7),
        near=["40000", "3950"],
        far=["10000", "3000"],
    ),
    Problem(
        "circle",
        "the circle nearest to points around a part of it, by distance",
        [
            [decimal(17 + 9 * cos(mpf(k) / 6) + mpf("0.3") * e, 2) for k, e in zip(range(18), noise(8))],
            [decimal(-4 + 9 * cos(mpf(k) / 6 - mp.pi / 2) + mpf("0.3") * e, 2) for k, e in zip(range(18), noise(9))],
        ],
        circle,
        near=["16", "-3", "8"],
        far=["1", "1", "1"],
    ),
    Problem(
        "trilateration",
        "a position from six distances without error; the sum of squares is 0",
        [
            ["13", "10", "11", "16", "10", "18"],
            ["9", "10", "3", "3", "1", "13"],
            ["7", "11", "13", "-2", "14", "-2"],
            ["3", "7", "9", "9", "11", "11"],
        ],
        trilateration,
        near=["11", "8", "4"],
        far=["-40", "60", "30"],
    ),
    fit(
        "saturation",
        "a growth that ends, for data that go down again; the residuals are large",
        saturation,
        [
            numbers(1, 16),
            "2.1 4.9 5.2 8.8 7.1 9.6 7.9 9.9 6.4 8.3 5.1 6.8 3.7 5.5 2.2 3.1".split(),
        ],
        near=["6.5", "0.6"],
        far=["30", "0.05"],
    ),
]


def cost(problem: Problem, rows, b) -> mpf:
    return sum(problem.residual(b, *row) ** 2 for row in rows) / 2


def derivatives(f: Callable, b: list):
    """Gradient and Hessian of f by central differences."""
    n = len(b)
    h = [STEP * abs(t) for t in b]

    def at(*moves):
        moved = list(b)
        for i, sign in moves:
            moved[i] += sign * h[i]
        return f(moved)

    here = f(b)
    up = [at((i, 1)) for i in range(n)]
    down = [at((i, -1)) for i in range(n)]
    gradient = matrix([(up[i] - down[i]) / (2 * h[i]) for i in range(n)])
    hessian = matrix(n, n)
    for i in range(n):
        hessian[i, i] = (up[i] - 2 * here + down[i]) / h[i] ** 2
        for k in range(i):
            mixed = at((i, 1), (k, 1)) - at((i, 1), (k, -1)) - at((i, -1), (k, 1)) + at((i, -1), (k, -1))
            hessian[i, k] = hessian[k, i] = mixed / (4 * h[i] * h[k])
    return gradient, hessian


def newton(f: Callable, b: list) -> list:
    """The minimum of f that Newton's steps lead to, each halved until f becomes smaller."""
    for _ in range(200):
        gradient, hessian = derivatives(f, b)
        step = lu_solve(hessian, -gradient)
        here = f(b)
        length = mpf(1)
        while (gradient.T * step)[0] < 0 and f([t + length * s for t, s in zip(b, step)]) > here * (1 + STEP):
            length /= 2
        b = [t + length * s for t, s in zip(b, step)]
        if all(abs(s) <= CERTIFIED * abs(t) for s, t in zip(step, b)):
            cholesky(derivatives(f, b)[1])  # refuses a matrix that is not positive definite
            return b
    raise ArithmeticError("Newton's steps do not come to an end")


def braces(items) -> str:
    return "{" + ", ".join(items) + "}"


def wrapped(text: str, indent: str) -> str:
    """The text in lines of at most 120 columns, broken after commas."""
    lines, line = [], indent
    for word in text.split(" "):
        if len(line) + len(word) + 1 > 120:
            lines.append(line.rstrip())
            line = indent
        line += word + " "
    return "\n".join(lines + [line.rstrip()])


def entry(problem: Problem) -> str:
    rows = [[mpf(t) for t in row] for row in zip(*problem.columns)]
    f = lambda b: cost(problem, rows, b)
    b = newton(f, [mpf(t) for t in problem.near])
    squares = 2 * f(b)
    minimum = "0" if squares < CERTIFIED else nstr(squares, 25)
    parts = [
        f"    // {problem.says}",
        f'    {{"{problem.name}",',
        wrapped(braces(braces(column) for column in problem.columns) + ",", "     "),
        wrapped(braces(problem.near) + ", " + braces(problem.far) + ",", "     "),
        wrapped(braces(nstr(t, 25) for t in b) + ", " + minimum + "},", "     "),
    ]
    return "\n".join(parts)


def certified_hpp() -> str:
    return f"""// Generated by certify.py, which says what is certified and how.
// clang-format off
#pragma once

#include <string_view>
#include <vector>

struct CertifiedProblem {{
  std::string_view name;
  std::vector<std::vector<double>> columns;  // of the data
  std::vector<double> near, far;             // where to start
  std::vector<double> parameters;            // at the minimum
  double sum_of_squares;                     // there
}};

inline const std::vector<CertifiedProblem> certified_problems = {{
{chr(10).join(entry(problem) for problem in PROBLEMS)}
}};
"""


if __name__ == "__main__":
    text = certified_hpp()
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        with open(sys.argv[2], encoding="utf-8") as file:
            if file.read() != text:
                sys.exit(f"{sys.argv[2]} is not what certify.py writes")
        print(f"{len(PROBLEMS)} minima certified")
    else:
        print(text, end="")
