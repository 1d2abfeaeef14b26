Tensor[] batches = [randint(0, 1000, [4, 32])];
