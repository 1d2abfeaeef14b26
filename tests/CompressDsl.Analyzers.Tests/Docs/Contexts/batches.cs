Tensor[] batches = [randn(8, 64)];
