"""好差评: every service may be rated once, by the person served, and a bad rating ends in something mended.

An *occasion* (a case, a visit to a counter, a consultation) is the denominator; a *rating* is one of five levels with labels
and words of one's own; a bad one opens a rectification (``services.rating``) at the unit. Nothing is rated by default, nothing
is deleted, only set apart with its reason. Founded on 国办发〔2019〕51号, GB/T 39734-2020 (一次一评、一事一评) and
GB/T 39735-2020.
"""
