"""Why not?: why did the model not say what was expected?"""
