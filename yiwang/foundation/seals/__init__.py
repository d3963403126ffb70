"""Electronic seals: SM2 keys and test certificates, the seal of an organ, who may use it, every use recorded.

Structures follow GB/T 38540-2020. Founded in 国令716 第九条 (electronic seals have the force of physical ones when made
under national rules); what this room ships is a software **test** CA, labelled 测试用 wherever it appears.
"""
