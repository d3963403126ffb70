"""The other side of an adjudication answers online (行政裁决: 双方当事人地位平等).

The respondent is no party of the matter and never sees the applicant's case: only the notices written to the respondent,
the term to answer, and what the respondent has answered. Asked of the letter, never of the case.
"""
