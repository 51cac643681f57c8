#!/usr/bin/env python3
"""Compiles and runs the C++ of README.md, and holds what it prints against what the README says that it prints.

readme.py generate README.md OUT.cpp   writes a program with all blocks that are fenced by ```cpp
readme.py check README.md PROGRAM      runs it, in a folder of its own

How a block becomes a part of the program (its #includes go to the top of it):
- one that opens namespace nabla stands as it is;
- others stand in a namespace each, and those that are statements in a function, too; main() becomes such a function;
- names that a block does not declare are those of preamble.hpp.

What is checked: a comment behind a call of fmt::print, with the lines of comment below it, begins with what is printed.
Numbers with a point or an exponent may differ by three units of the last digit shown, since products are rounded
differently on other machines; those of a comment that begins with ≈ by a tenth; those next to nothing may be any that are
next to nothing.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

NAMESPACE, DECLARATIONS, PROGRAM, STATEMENTS = range(4)


def blocks(readme):
    """(line, text) of every block."""
    text = readme.read_text(encoding="utf-8")
    for match in re.finditer(r"^```cpp\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        yield text.count("\n", 0, match.start(1)) + 1, match.group(1)


def kind(text):
    if re.search(r"^namespace nabla", text, re.MULTILINE):
        return NAMESPACE
    if re.search(r"^int main\(\)", text, re.MULTILINE):
        return PROGRAM
    return DECLARATIONS if re.search(r"^inline constexpr", text, re.MULTILINE) else STATEMENTS


def generate(readme, out):
    includes, parts, calls = [], [], []
    for line, text in blocks(readme):
        includes += re.findall(r"^#include .*$", text, re.MULTILINE)
        what = kind(text)
        text = re.sub(r"^#(include|pragma) .*$", "", text, flags=re.MULTILINE)
        text = text.replace("using namespace nabla;", "").replace("int main()", "void program()")
        text = f'#line {line} "{readme}"\n{text}'
        name = f"line_{line}"
        if what == NAMESPACE:
            parts.append(text)
            continue
        if what == STATEMENTS:
            text = f"void program() {{\n{text}}}\n"
        parts.append(f"namespace {name} {{\n{text}}}  // namespace {name}\n")
        if what in (PROGRAM, STATEMENTS):
            calls.append(f'  fmt::print("line {line}\\n");\n  {name}::program();\n')
    preamble = Path(__file__).with_name("preamble.hpp")
    out.write_text("\n".join([f'#include "{preamble}"', *includes, *parts, "int main() {", *calls, "}", ""]),
                   encoding="utf-8")


def expectations(text):
    """(line within the block, comment) behind every fmt::print."""
    found = []
    for number, line in enumerate(text.splitlines()):
        code, _, comment = line.partition("  // ")
        if comment and "fmt::print(" in code:
            found.append([number, comment])
        elif found and comment and not code.strip() and found[-1][0] + found[-1][1].count("\n") + 1 == number:
            found[-1][1] += "\n" + comment
    return found


def last_digit(number):
    """What a unit of the last digit shown is worth; 0 where the number is whole, and so exact."""
    match = re.fullmatch(r"[-+]?\d+(?:\.(\d*))?(?:e([-+]?\d+))?", number)
    decimals, exponent = match.groups() if match else (None, None)
    return 0 if decimals is None and exponent is None else 10.0 ** (int(exponent or 0) - len(decimals or ""))


def agrees(printed, said, roughly):
    if printed == said:
        return True
    try:
        a, b = float(printed), float(said)
    except ValueError:
        return False
    largest = max(abs(a), abs(b))
    tolerance = 0.1 * largest if roughly else 3.01 * last_digit(said)
    return abs(a - b) <= tolerance or (largest < 1e-10 and last_digit(said) > 0)


def tokens(text):
    return re.findall(r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?|\w+|[^\w\s]", text)


def begins_with(comment, printed):
    roughly = comment.startswith("≈")
    said = tokens(comment.removeprefix("≈"))
    pairs = zip(printed, said)
    return 0 < len(printed) <= len(said) and all(agrees(p, s, roughly) for p, s in pairs)


def is_printed(comment, lines):
    """Whether the comment begins with the next lines; these are taken away. Lines before them need no comment."""
    for first in range(len(lines)):
        for last in range(len(lines), first, -1):
            if begins_with(comment, tokens("\n".join(lines[first:last]))):
                del lines[:last]
                return True
    return False


def input_files(text):
    """A comment `// name.csv:  line`, with the lines of comment below it, is a file."""
    for match in re.finditer(r"^// (\w+\.csv):  (.*\n(?://  .*\n)*)", text, re.MULTILINE):
        yield match.group(1), re.sub(r"^//\s+", "", match.group(2), flags=re.MULTILINE)


def check(readme, program):
    with tempfile.TemporaryDirectory() as folder:
        for _, text in blocks(readme):
            for name, content in input_files(text):
                Path(folder, name).write_text(content, encoding="utf-8")
        run = subprocess.run([program], cwd=folder, capture_output=True, text=True, check=False)
    printed = dict(re.findall(r"^line (\d+)\n(.*?)(?=^line \d+\n|\Z)", run.stdout, re.DOTALL | re.MULTILINE))
    if run.returncode != 0:
        sys.exit(f"{run.stderr}\nexit status {run.returncode} in the block at {readme}:{list(printed or ['?'])[-1]}")
    checked = wrong = 0
    for line, text in blocks(readme):
        lines = printed.get(str(line), "").splitlines()
        for number, comment in expectations(text):
            rest = "\n".join(lines)
            checked += 1
            if not is_printed(comment, lines):
                wrong += 1
                print(f"{readme}:{line + number}: it says\n{comment}\nand the program prints\n{rest}")
    print(f"{len(printed)} programs were run, and {checked} comments held against what they print")
    if wrong or not checked:
        sys.exit(1)


if __name__ == "__main__":
    {"generate": generate, "check": check}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]).absolute())
