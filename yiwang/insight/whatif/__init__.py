"""What-if: one change to a process, tried on its own history before anybody is asked to live with it.

A limit is cut, two steps are made parallel, a clerk leaves: cases as they came are simulated under the change and beside
it as things are today. How far the model may be believed is shown first, by what it would have said of the last half year.
Basis: 优化营商环境条例 第三十六条（推动压减办理时限、优化流程）.
"""
