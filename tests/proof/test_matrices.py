"""Claims about matrix words: proved for all matrices, or refuted at small ones."""

from __future__ import annotations

from time import process_time

import pytest
from sympy import Function, Matrix, pi, sqrt, symbols, sympify

from symdyn import (
    Conserved,
    Equal,
    Flow,
    Solves,
    claim,
    derivation,
    derivative_along,
    given,
    gradient_flow,
)
from symdyn.calculus.words.evaluation import explicit
from symdyn.calculus.words.polynomials import MatrixWord, identity, matrix, trace
from symdyn.calculus.words.rules import Rule, orthonormal
from symdyn.errors import DomainError, InputError, RefutedError
from symdyn.proof.evidence import judge
from symdyn.proof.verdict import Counterexample, Verdict
from symdyn.proof.verify import _key as key_of_task

n, m = symbols("n m", integer=True, positive=True)
lam, s = symbols("lam s", real=True)
A, B = matrix("A", n, n), matrix("B", n, n)
S, T = matrix("S", n, n, symmetric=True), matrix("T", n, n, symmetric=True)
V = matrix("V", m, n)
COMMUTE = Rule(S * T, T * S)


def sides_at(left: MatrixWord, right: MatrixWord, point: Counterexample) -> list[Matrix]:
    """Both sides at the printed point, computed with SymPy's matrices."""
    sizes = {k: int(point.point[str(k)]) for k in (n, m) if str(k) in point.point}
    scalars = {k: sympify(point.point[str(k)]) for k in (lam, s) if str(k) in point.point}
    letters = {x for side in (left, right) for x in side.letters}
    given = {
        matrix(x.name, x.rows, x.columns, symmetric=x.is_symmetric): Matrix(
            sympify(point.point[x.name])
        )
        for x in letters
    }
    found = []
    for side in (left, right):
        own = {x: v for x, v in given.items() if x.letter in side.letters}
        found.append(explicit(side, own, sizes).subs(scalars))
    return found


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((A * B).T * S, B.T * A.T * S.T),
        (trace(A * B * S) * B, B * trace(S * A * B)),
        ((A + lam * B) ** 2, A * A + lam * (A * B + B * A) + lam**2 * B * B),
        (sqrt(lam**2 + 1) * A / pi, A * sqrt(1 + lam**2) / pi),
        (trace(identity(n)) * A, n * A),
    ],
)
def test_identities_of_all_matrices_are_proved(left, right):
    judgement = judge(Equal(left, right))
    assert judgement.verdict == Verdict.PROVED
    assert judgement.digits == 50


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (A * B, B * A),
        (S * T, T * S),
        (A, A.T),
        (trace(A * B * S), trace(B * A * S)),
        (lam * A, A),
        (sqrt(lam**2) * A, lam * A),
        (V.T * V, identity(n)),
        (trace(identity(n)) * A, A),
        (A * B - B * A, s * identity(n)),
    ],
)
def test_wrong_identities_are_refuted_at_matrices_that_show_it(left, right):
    found = judge(Equal(left, right)).counterexample
    assert found is not None and found.rigorous
    one, two = sides_at(left, right, found)
    assert one != two
    assert found.left != found.right


def test_printed_counterexample_respects_the_symmetries():
    found = judge(Equal(S * T, T * S)).counterexample
    assert found is not None
    value = Matrix(sympify(found.point["S"]))
    assert value == value.T


def test_rules_prove_what_is_wrong_without_them():
    assert judge(Equal(S * T * T, T * T * S), [COMMUTE]).verdict == Verdict.PROVED
    assert judge(Equal(S * T * T, T * T * S)).verdict == Verdict.REFUTED


def test_a_refutation_respects_the_rules():
    """Columns are orthonormal, rows are not, as the printed matrix shows."""
    found = judge(Equal(V * V.T, identity(m)), [orthonormal(V)]).counterexample
    assert found is not None and not found.rigorous
    columns = Matrix(sympify(found.point["V"])).T * Matrix(sympify(found.point["V"]))
    assert max(abs(x) for x in columns - Matrix.eye(columns.rows)) < 1e-10
    assert found.point["m"] != found.point["n"]


def test_rules_with_irrational_solutions_and_coefficients():
    square = Rule(S * S, (s**2 + 2) * identity(n))
    assert judge(Equal(S**3, (s**2 + 2) * S), [square]).verdict == Verdict.PROVED
    assert judge(Equal(S, sqrt(s**2 + 2) * identity(n)), [square]).verdict == Verdict.REFUTED


def test_what_the_rules_imply_by_more_than_rewriting_is_only_seen():
    """A matrix with M N = I at equal sizes has N M = I: true, and no consequence of the rules."""
    judgement = judge(Equal(B * A, identity(n)), [Rule(A * B, identity(n))])
    assert judgement.verdict == Verdict.ENCLOSED


def test_what_holds_at_one_size_alone_is_not_proved():
    M, N = matrix("M", 2, 2), matrix("N", 2, 2)
    square = (M * N - N * M) ** 2
    assert judge(Equal(square * M, M * square)).verdict == Verdict.ENCLOSED
    square = (A * B - B * A) ** 2
    assert judge(Equal(square * A, A * square)).verdict == Verdict.REFUTED


def test_rules_that_no_matrix_satisfies_are_an_error():
    with pytest.raises(DomainError, match=r"no small real matrices .* S\*S = -I"):
        judge(Equal(S * T, T * S), [Rule(S * S, -identity(n))])


def test_rules_of_other_matrices_do_not_matter():
    assert judge(Equal(A * B, B * A), [COMMUTE]).verdict == Verdict.REFUTED
    assert judge(Equal(lam + 1, 1 + lam), [COMMUTE]).verdict == Verdict.PROVED


def test_conditions_on_sizes_and_scalars_are_kept():
    found = judge(Equal(A * B, lam * B * A), [lam > 2, n >= 3]).counterexample
    assert found is not None
    assert int(found.point["n"]) >= 3 and sympify(found.point["lam"]) > 2
    assert judge(Equal(sqrt(lam**2) * A, lam * A), [lam > 2]).verdict == Verdict.PROVED


def test_undefined_functions_are_not_proved_by_samples():
    f, g = Function("f"), Function("g")
    assert judge(Equal(f(s) * A * B, A * f(s) * B)).verdict == Verdict.PROVED
    assert judge(Equal(f(s) * A, g(s) * A)).verdict == Verdict.REFUTED


def test_conserved_words_and_matrix_solutions():
    t = symbols("t", real=True)
    M, N = matrix("M", n, n), matrix("N", n, n)
    turning = Flow({M: A * M, N: -A.T * N})
    assert judge(Conserved(M.T * N, turning)).verdict == Verdict.PROVED
    assert judge(Conserved(M.T * M, turning)).verdict == Verdict.REFUTED
    nilpotent = Rule(A * A, 0 * A)
    curve = {M: M + t * A * M}
    solution = Solves(Flow({M: A * M}), {M: curve[M]}, t, {M: M})
    assert judge(solution, [nilpotent]).verdict == Verdict.PROVED
    assert judge(solution).verdict == Verdict.REFUTED


def test_claims_tuples_and_flows_hold_words():
    assert claim((A * B, A), (A * B, A), because="the same") == (A * B, A)
    with pytest.raises(RefutedError, match="A = "):
        claim({"x": A}, {"x": A.T}, because="symmetric only at size 1")
    with pytest.raises(InputError, match="same shape"):
        claim(A, V, because="shapes differ")


def test_given_rules_stand_in_the_record():
    @derivation
    def balance():
        """Words under a rule."""
        given(orthonormal(V))
        claim(V * V.T * V, V, because="columns are orthonormal")

    assert balance.record().given == (orthonormal(V),)
    assert balance.record().claims[0].where == (orthonormal(V),)
    assert balance.record().conditions == ()


def test_judgements_are_kept_under_all_that_matters():
    """Assumptions, symmetries and rules belong to the statement."""
    general, free = matrix("S", n, n), symbols("lam")
    keys = {
        key_of_task(Equal(left, right), where, 50, 0)
        for left, right, where in [
            (S * T, T * S, ()),
            (S * T, T * S, (COMMUTE,)),
            (general * T, T * general, ()),
            (lam * S, S, ()),
            (free * S, S, ()),
        ]
    }
    assert len(keys) == 5


def test_depth_twelve_is_proved_quickly():
    """Flow, balancedness and end-to-end dynamics of twelve layers, judged as well."""
    start = process_time()
    sizes = symbols("n0:13", integer=True, positive=True)
    W = [matrix(f"W{k + 1}", sizes[k + 1], sizes[k]) for k in range(12)]
    S31 = matrix("S31", sizes[12], sizes[0])
    S11 = matrix("S11", sizes[0], sizes[0], symmetric=True)
    below, above = [identity(sizes[0])], [identity(sizes[12])]
    for k in range(12):
        below.append(W[k] * below[-1])
        above.append(above[-1] * W[11 - k])
    above.reverse()
    loss = trace(S11 * below[12].T * below[12] - 2 * S31.T * below[12]) / 2
    flow = gradient_flow(loss, W)
    error = S31 - below[12] * S11
    stated = Flow({W[k]: above[k + 1].T * error * below[k].T for k in range(12)})
    assert judge(Equal(flow, stated)).verdict == Verdict.PROVED
    for k in range(11):
        law = Conserved(W[k] * W[k].T - W[k + 1].T * W[k + 1], flow)
        assert judge(law).verdict == Verdict.PROVED
    whole = [above[k + 1] * above[k + 1].T * error * below[k].T * below[k] for k in range(12)]
    rate = derivative_along(flow, below[12])
    assert judge(Equal(rate, sum(whole, 0 * rate))).verdict == Verdict.PROVED
    assert process_time() - start < 3
