import { Module } from '@nestjs/common';
import { MatchingRepository } from './matching.repository.js';
import { ReviewRepository } from './review.repository.js';

@Module({ providers: [MatchingRepository, ReviewRepository], exports: [MatchingRepository, ReviewRepository] })
export class MatchingModule {}
