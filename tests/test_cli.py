"""The command line: what is printed, and the exit status."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from symdyn.cli import main

RIGHT = '''"""A paper of mine.

Somebody, "A paper", 2025.
"""
from sympy import symbols

from symdyn import claim, derivation

x, y = symbols("x y", positive=True)


@derivation
def square():
    """The square of a sum."""
    return claim(((x + 1)**2).expand(), x**2 + 2*x + 1, because="multiply out")
'''
WRONG = RIGHT.replace("2*x + 1", "3*x + 1")


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYMDYN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def run(capsys, *arguments):
    """Exit status, standard output and standard error of a command."""
    try:
        status = main(arguments)
    except SystemExit as ended:
        status = ended.code
    out, err = capsys.readouterr()
    return status, out, err


def test_verify_succeeds_on_a_right_paper(empty_folder, capsys):
    (empty_folder / "mine.py").write_text(RIGHT)
    status, out, err = run(capsys, "verify", "mine.py")
    assert (status, err) == (0, "")
    assert "PROVED" in out


def test_verify_prints_the_point_that_refutes(empty_folder, capsys):
    (empty_folder / "mine.py").write_text(WRONG)
    status, out, _ = run(capsys, "verify", "mine.py")
    assert status == 1
    assert "mine.py:15: refuted: multiply out" in out
    assert "against" in out and "x = " in out


def test_every_line_fits_80_columns(empty_folder, capsys):
    (empty_folder / "mine.py").write_text(WRONG)
    for command in (["verify", "mine.py"], ["show", "mine.py"], ["list", "mine.py"]):
        _, out, _ = run(capsys, *command)
        assert max(map(len, out.splitlines())) <= 80, command


def test_verify_writes_json_of_the_documented_shape(empty_folder, capsys):
    (empty_folder / "mine.py").write_text(WRONG)
    status, out, _ = run(capsys, "verify", "mine.py", "--json", "-")
    data = json.loads(out)
    (claim,) = data["claims"]
    assert status == 1
    assert claim["id"] == "mine.py::square[0]" and claim["derivation"] == "mine.py::square"
    assert claim["verdict"] == "REFUTED" and claim["file"] == "mine.py" and claim["line"] == 15
    assert set(claim["counterexample"]) == {"point", "left", "right"}
    assert data["summary"]["REFUTED"] == data["summary"]["claims"] == 1


def test_what_does_not_exist_is_exit_2(capsys):
    status, out, err = run(capsys, "verify", "nowhere.py")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and "nowhere.py" in err


def test_nothing_collected_is_exit_5(empty_folder, capsys):
    (empty_folder / "papers").mkdir()
    assert run(capsys, "verify", "papers")[0] == 5


def test_a_file_that_does_not_import_is_exit_2(empty_folder, capsys):
    (empty_folder / "mine.py").write_text(RIGHT + "\nraise ValueError('no')\n")
    status, out, err = run(capsys, "verify", "mine.py")
    assert status == 2
    assert "ValueError: no" in out + err and "Traceback" not in out + err


def test_check_says_how_it_decided(capsys):
    assert run(capsys, "check", "sin(x)**2 + cos(x)**2 = 1")[0] == 0
    status, out, _ = run(capsys, "check", "sqrt(x**2) = x")
    assert status == 1 and "x = " in out


@pytest.mark.parametrize("text", ["x.__class__ = 1", "lambda: 0 = 1", "", "9**9**9**9 = 1"])
def test_check_refuses_with_one_line(capsys, text):
    status, out, err = run(capsys, "check", text)
    assert (status, out) == (2, "")
    assert err.startswith("symdyn: ") and err.count("\n") == 1


def test_new_writes_a_file_that_verifies_and_never_overwrites(empty_folder, capsys):
    assert run(capsys, "new", "author2025")[0] == 0
    assert run(capsys, "verify", "author2025.py")[0] == 0
    text = (empty_folder / "author2025.py").read_text()
    assert run(capsys, "new", "author2025")[0] == 2
    assert (empty_folder / "author2025.py").read_text() == text


@pytest.mark.parametrize("name", ["../evil", "a b", "1st", "", "class", "sympy/x"])
def test_new_refuses_names_that_are_no_key(empty_folder, capsys, name):
    assert run(capsys, "new", name)[0] == 2
    assert list(empty_folder.iterdir()) == []


def test_build_writes_documents(empty_folder, capsys):
    (empty_folder / "mine.py").write_text(RIGHT)
    status, out, _ = run(capsys, "build", "mine.py", "-o", "out")
    assert status == 0
    names = {file.suffix for file in (empty_folder / "out").rglob("*") if file.is_file()}
    assert {".html", ".tex", ".json"} <= names
    assert "index.html" in out


WITH_KERNEL = RIGHT.replace("@derivation\n", "@derivation(kernel=(x,))\n")


def test_build_compiles_and_shows_kernels_and_takes_back_what_does_not_hold(empty_folder, capsys):
    (empty_folder / "mine.py").write_text(WITH_KERNEL)
    status, out, _ = run(capsys, "build", "mine.py", "-o", "out")
    assert status == 0 and "mine_square" in out and "meets 2" in out
    module = empty_folder / "out" / "kernels" / "mine_square.py"
    assert "def kernel" in module.read_text() and module.with_suffix(".json").is_file()
    assert 'class="kernel"' in (empty_folder / "out" / "mine.html").read_text()
    assert "def kernel" in (empty_folder / "out" / "mine.tex").read_text()

    (empty_folder / "mine.py").rename(empty_folder / "old.py")
    (empty_folder / "mine2").mkdir()
    wrong = empty_folder / "mine2" / "mine.py"
    wrong.write_text(WITH_KERNEL.replace("2*x + 1", "3*x + 1"))
    status, out, _ = run(capsys, "build", str(wrong), "-o", "out")
    assert status == 1 and "no kernel" in out
    assert not module.exists() and not module.with_suffix(".json").exists()
    page = (empty_folder / "out" / "mine.html").read_text()
    assert "no kernel is made of it" in page and 'class="kernel"' not in page


def test_a_certificate_that_misses_its_target_is_told_with_exit_1(
    empty_folder, capsys, monkeypatch
):
    from symdyn.kernels import making

    (empty_folder / "mine.py").write_text(WITH_KERNEL)

    def missing(*arguments, make=making.make_kernels, **options):
        (made,) = make(*arguments, **options)
        subject = replace(made.certificate.subject, target=0.01)
        return [replace(made, certificate=replace(made.certificate, subject=subject))]

    monkeypatch.setattr(making, "make_kernels", missing)
    for command in ("build", "emit"):
        status, _, err = run(capsys, command, "mine.py", "-o", "out")
        assert status == 1 and "mine.py::square misses its target of 0.01" in err


OPEN = """
n = symbols("n", positive=True)


@derivation(kernel=(x,), emit=({}, {"power": 2}))
def squared(power=n):
    \"\"\"The square of a power.\"\"\"
    return claim((x**n * x**n).subs(n, power), x**(2*power), because="exponents add")
"""


def test_a_result_for_every_value_of_a_parameter_is_emitted_for_those_declared(
    empty_folder, capsys
):
    (empty_folder / "mine.py").write_text(RIGHT + OPEN)
    told = "mine.py::squared holds for every power, a kernel is made for one: give power="
    for command in ("build", "emit"):
        status, out, err = run(capsys, command, "mine.py", "-o", command)
        assert status == 0 and told in " ".join((out + err).split())
        assert [file.name for file in (empty_folder / command).rglob("*_power_2.py")]
    status, out, err = run(capsys, "certify", "mine.py", "--points", "300")
    assert status == 0 and told in err and "power=2" in out
    for command in (["emit", "-o", "out"], ["certify"], ["bench"]):
        status, _, err = run(capsys, *command, "mine.py::squared()")
        assert status == 2 and told in err


def test_build_without_kernels_writes_documents_only(empty_folder, capsys):
    (empty_folder / "mine.py").write_text(WITH_KERNEL)
    assert run(capsys, "build", "mine.py", "-o", "out", "--no-kernels")[0] == 0
    assert not (empty_folder / "out" / "kernels").exists()
    assert 'class="kernel"' not in (empty_folder / "out" / "mine.html").read_text()


def test_a_module_that_was_changed_is_told(empty_folder, capsys):
    (empty_folder / "mine.py").write_text(WITH_KERNEL)
    assert run(capsys, "emit", "mine.py", "-o", "out")[0] == 0
    module = empty_folder / "out" / "mine_square.py"
    status, out, _ = run(capsys, "certify", str(module), "--points", "300")
    assert status == 0 and "was changed" not in out
    module.write_text(module.read_text() + "\n\nnothing = 0\n")
    status, out, _ = run(capsys, "certify", str(module), "--points", "300")
    assert status == 1 and "changed since it was certified" in out


@pytest.mark.parametrize("form", ["latex", "html", "json"])
def test_export_writes_every_format(empty_folder, capsys, form):
    (empty_folder / "mine.py").write_text(RIGHT)
    status, out, _ = run(capsys, "export", "mine.py", "--format", form, "-o", "out")
    assert status == 0
    assert all((empty_folder / line).stat().st_size > 0 for line in out.splitlines())


def test_wrong_options_are_exit_2(capsys):
    for arguments in (["verify", "--digits", "0"], ["verify", "--timeout", "x"], ["nonsense"], []):
        assert run(capsys, *arguments)[0] == 2


def test_help_tells_the_exit_statuses(capsys):
    status, out, _ = run(capsys, "--help")
    assert status == 0
    assert "130" in out and max(map(len, out.splitlines())) <= 80


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom symdyn.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "assert not {'sympy', 'numba', 'rich', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_a_reader_that_stops_early_is_no_error(empty_folder):
    (empty_folder / "mine.py").write_text(RIGHT)
    process = subprocess.Popen(
        [sys.executable, "-m", "symdyn", "list", "mine.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    )
    process.stdout.close()
    assert "Traceback" not in process.stderr.read().decode()


def test_certify_looks_at_every_float32_input_when_asked(empty_folder, capsys):
    from sympy import Rational, Symbol, sqrt

    from symdyn.kernels.kernel import kernel

    x, y = Symbol("x"), Symbol("y")
    module = kernel(sqrt(x), x, domain={x: (1, Rational(65, 64))}).save(empty_folder)
    status, out, _ = run(capsys, "certify", str(module), "--points", "300", "--float32")
    assert status == 0 and "0 of all 131073 float32 inputs misrounded" in out
    status, out, _ = run(capsys, "certify", str(module), "--points", "300")
    assert status == 0 and "float32" not in out
    several = kernel(x + y, (x, y)).save(empty_folder / "several")
    status, _, err = run(capsys, "certify", str(several), "--points", "300", "--float32")
    assert status == 2 and "2 arguments" in err
